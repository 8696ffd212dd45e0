//! Bar charts, drawn by the server, with the same data as tables; and sparklines.

use crate::texts::{Text, console as c};
use maud::{Markup, html};

/// The chart's height and the width of a bar's place, in its own units.
const HEIGHT: i64 = 100;
const STEP: i64 = 10;
/// Horizontal lines of the chart.
const LINES: i64 = 4;

/// One bar.
pub(super) struct Bar {
    /// Its label in the table.
    pub(super) name: String,
    pub(super) value: i64,
}

/// The bars of another period, for comparison.
pub(super) struct Comparison {
    pub(super) name: String,
    pub(super) bars: Vec<Bar>,
}

/// Formats a value.
pub(super) type ValueFormatter<'a> = Box<dyn Fn(i64) -> String + 'a>;

/// A chart of one series.
pub(super) struct Chart<'a> {
    /// The name of a value.
    pub(super) of: Text,
    /// The name of a bar.
    pub(super) each: Text,
    /// The bars so far; the last one is the current.
    pub(super) bars: Vec<Bar>,
    /// The comparison, as a line across the bars.
    pub(super) then: Option<Comparison>,
    /// The number of bars in the end.
    pub(super) places: usize,
    /// The labels below, each at its share of the width in thousandths.
    pub(super) below: Vec<(usize, String)>,
    /// A summary in one sentence.
    pub(super) sentence: String,
    pub(super) written: ValueFormatter<'a>,
    /// Formats the value at a horizontal line.
    pub(super) beside: ValueFormatter<'a>,
}

/// Two charts of the same period in one card, one visible at a time, also without scripts.
pub(super) struct ChartTabs<'a> {
    /// Its name among the cards of a page.
    pub(super) name: &'static str,
    pub(super) title: &'a str,
    /// The label of the newest bar.
    pub(super) this: Text,
    pub(super) charts: [Chart<'a>; 2],
    /// The chart that is visible first.
    pub(super) seen: usize,
}

impl<'a> ChartTabs<'a> {
    /// One of the charts; without any value only its sentence.
    fn seen_of(&self, chart: &Chart<'a>) -> Markup {
        html! {
            @if chart.is_empty() { p.card-body.quiet { (chart.sentence) } }
            @else {
                div.card-body.stack.gap-4 {
                    span.legend {
                        span { (chart.each) } span.k2 { (self.this) }
                        @if let Some(then) = &chart.then { span.k3 { (then.name) } }
                    }
                    (chart.drawing())
                }
                details.card-foot.chart-table {
                    summary.link.small { span.when-shut { (c::SHOW_AS_TABLE) } span.when-open { (c::HIDE_TABLE) } }
                    (chart.table())
                }
            }
        }
    }
    pub(super) fn show(&self) -> Markup {
        html! {
            section.card.either {
                div.card-head {
                    h2 { (self.title) }
                    fieldset.switch {
                        legend.sr { (self.title) }
                        @for (n, chart) in self.charts.iter().enumerate() {
                            label { input type="radio" name=(self.name) checked[n == self.seen]; span { (chart.of) } }
                        }
                    }
                }
                @for (n, chart) in self.charts.iter().enumerate() { div data-live={ (self.name) "-" (n) } { (self.seen_of(chart)) } }
            }
        }
    }
}

impl Chart<'_> {
    fn then(&self) -> &[Bar] {
        self.then.as_ref().map(|then| then.bars.as_slice()).unwrap_or_default()
    }
    fn is_empty(&self) -> bool {
        self.bars.iter().chain(self.then()).all(|bar| bar.value <= 0)
    }

    pub(super) fn drawing(&self) -> Markup {
        let top = scale(self.bars.iter().chain(self.then()).map(|bar| bar.value).max().unwrap_or(0));
        let height = |value: i64| {
            let height = i128::from(value.max(0)) * i128::from(HEIGHT) / i128::from(top);
            i64::try_from(height).unwrap_or(HEIGHT)
        };
        let width = STEP * i64::try_from(self.places.max(1)).unwrap_or(1);
        let class = |place: usize| if place + 1 == self.bars.len() { "bar-now" } else { "bar" };
        let drawn = (0i64..).zip(&self.bars).zip(0usize..).filter(|((_, bar), _)| bar.value > 0);
        html! {
            div.chart {
                div.chart-y aria-hidden="true" {
                    // without values there is no scale
                    @for line in (0..=LINES).rev() { span { @if line == 0 || !self.is_empty() { ((self.beside)(top / LINES * line)) } } }
                }
                svg viewBox={ "0 0 " (width) " " (HEIGHT) } preserveAspectRatio="none" role="img" aria-label=(self.sentence) {
                    @for line in 0..=LINES {
                        @let y = line * HEIGHT / LINES;
                        line.gridline x1="0" x2=(width) y1=(y) y2=(y) {}
                    }
                    @for ((place, bar), n) in drawn {
                        // the smallest value is visible, too
                        @let tall = height(bar.value).max(1);
                        rect.(class(n)) x=(place * STEP + 2) width=(STEP - 4) y=(HEIGHT - tall) height=(tall) {}
                    }
                    @if let Some(line) = line_through(self.then().iter().map(|bar| HEIGHT - height(bar.value))) {
                        path.stroke-2 d=(line) {}
                    }
                }
                svg.chart-x aria-hidden="true" {
                    @for (share, text) in &self.below {
                        text x={ (share / 10) "." (share % 10) "%" } y="1em" text-anchor=(anchor(*share)) { (text) }
                    }
                }
            }
        }
    }

    pub(super) fn table(&self) -> Markup {
        html! {
            div.table-wrap tabindex="0" role="region" aria-label=(self.sentence) {
                table.table.table-plain {
                    thead {
                        tr {
                            th scope="col" { (self.each) } th.n scope="col" { (self.of) }
                            @if let Some(then) = &self.then { th.n scope="col" { (then.name) } }
                        }
                    }
                    tbody {
                        @for n in 0..self.bars.len().max(self.then().len()) {
                            @let (bar, then) = (self.bars.get(n), self.then().get(n));
                            tr {
                                th.num scope="row" { @if let Some(bar) = bar.or(then) { (bar.name) } }
                                td.n { @match bar { Some(bar) => ((self.written)(bar.value)), None => "–" } }
                                @if let Some(then) = then { td.n { ((self.written)(then.value)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A line through the middles of the places, at these heights from above; none without points.
fn line_through(heights: impl Iterator<Item = i64>) -> Option<String> {
    let points: Vec<String> =
        (0..).zip(heights).map(|(n, y)| format!("{} {y}", n * STEP + STEP / 2)).collect();
    (!points.is_empty()).then(|| format!("M{}", points.join("L")))
}

/// The size of a sparkline, and its margin.
const SPARK: (i64, i64) = (88, 28);
const SPARK_EDGE: i64 = 3;
/// Fractions of a unit, for exact positions.
const PARTS: i64 = 10;

/// A line through values, the last one being the current, from zero to the maximum; none where all are zero.
pub(super) fn spark(values: &[i64], said: &str) -> Markup {
    let most = values.iter().copied().max().unwrap_or(0);
    let gaps = i64::try_from(values.len()).unwrap_or(0) - 1;
    if most <= 0 || gaps < 1 {
        return html! {};
    }
    let (width, height) = (SPARK.0 - 2 * SPARK_EDGE, SPARK.1 - 2 * SPARK_EDGE);
    let part = |of: i64, all: i64, long: i64| {
        i64::try_from(i128::from(of) * i128::from(long * PARTS) / i128::from(all)).unwrap_or(0)
    };
    let point = |(n, value): (i64, &i64)| {
        let x = SPARK_EDGE * PARTS + part(n, gaps, width);
        (x, (SPARK.1 - SPARK_EDGE) * PARTS - part((*value).max(0), most, height))
    };
    let written = |parts: i64| format!("{}.{}", parts / PARTS, parts % PARTS);
    let points: Vec<(i64, i64)> = (0..).zip(values).map(point).collect();
    let line: Vec<String> = points.iter().map(|(x, y)| format!("{} {}", written(*x), written(*y))).collect();
    let line = format!("M{}", line.join("L"));
    let (foot, right) = (SPARK.1, SPARK.0 - SPARK_EDGE);
    html! {
        svg.spark viewBox={ "0 0 " (SPARK.0) " " (SPARK.1) } role="img" {
            title { (said) }
            path.area d={ (line) "L" (right) " " (foot) "L" (SPARK_EDGE) " " (foot) "z" } {}
            path d=(line) {}
            @if let Some((x, y)) = points.last() { circle.end cx=(written(*x)) cy=(written(*y)) r="3.2" {} }
        }
    }
}

/// The first and the last label stay within the edges; the others are centred at their places.
fn anchor(share: usize) -> &'static str {
    match share {
        0 => "start",
        1000 => "end",
        _ => "middle",
    }
}

/// The top of a chart's scale: four times 1, 2, 2.5 or 5 times a power of ten, or four times a small whole number.
fn scale(most: i64) -> i64 {
    let most = most.max(1);
    let each = most / LINES + i64::from(most % LINES > 0);
    if each <= 5 {
        return each * LINES;
    }
    let power = 10_i64.saturating_pow(each.ilog10());
    let steps = [power, power * 2, power / 2 * 5, power.saturating_mul(5), power.saturating_mul(10)];
    steps.into_iter().find(|step| *step >= each).unwrap_or(each).saturating_mul(LINES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_a_chart_stand_at_round_numbers() {
        for (most, top) in [
            (0, 4),
            (1, 4),
            (4, 4),
            (5, 8),
            (20, 20),
            (21, 40),
            (81, 100),
            (200, 200),
            (301_000, 400_000),
            (176_000, 200_000),
        ] {
            assert_eq!(scale(most), top, "{most}");
        }
        assert!(scale(i64::MAX) > 0);
    }

    #[test]
    fn the_height_of_a_bar_follows_its_value() {
        let bars = [50, 0, 100, 1].map(|value| Bar { name: value.to_string(), value });
        let chart = Chart {
            of: c::ORDERS,
            each: c::DAY,
            bars: bars.into(),
            then: None,
            places: 5,
            below: Vec::new(),
            sentence: "x".to_owned(),
            written: Box::new(|value| value.to_string()),
            beside: Box::new(|value| value.to_string()),
        };
        let drawn = chart.drawing().into_string();
        let bars: Vec<&str> = drawn.split("<rect ").skip(1).filter_map(|bar| bar.split('>').next()).collect();
        // at their places, each down to the ground, and of nothing none
        let expected = [
            "class=\"bar\" x=\"2\" width=\"6\" y=\"50\" height=\"50\"",
            "class=\"bar\" x=\"22\" width=\"6\" y=\"0\" height=\"100\"",
            "class=\"bar-now\" x=\"32\" width=\"6\" y=\"99\" height=\"1\"",
        ];
        assert_eq!(bars, expected, "{drawn}");
    }

    #[test]
    fn what_it_was_then_is_a_line_across_the_bars_and_a_column_of_the_table() {
        let bar = |name: &str, value| Bar { name: name.to_owned(), value };
        let chart = Chart {
            of: c::ORDERS,
            each: c::HOUR,
            bars: vec![bar("0:00", 1)],
            then: Some(Comparison {
                name: "Last Friday".to_owned(),
                bars: vec![bar("0:00", 4), bar("1:00", 2)],
            }),
            places: 2,
            below: Vec::new(),
            sentence: "x".to_owned(),
            written: Box::new(|value| value.to_string()),
            beside: Box::new(|value| value.to_string()),
        };
        let drawn = chart.drawing().into_string();
        assert!(drawn.contains("<path class=\"stroke-2\" d=\"M5 0L15 50\">"), "{drawn}");
        // both are drawn to one scale
        assert!(drawn.contains("y=\"75\" height=\"25\""), "{drawn}");
        let table = chart.table().into_string();
        assert!(table.contains("<th class=\"n\" scope=\"col\">Last Friday</th>"), "{table}");
        assert!(table.contains("1:00</th><td class=\"n\">–</td><td class=\"n\">2</td>"), "{table}");
    }

    #[test]
    fn a_spark_goes_from_nothing_to_the_greatest() {
        assert_eq!(spark(&[0, 0, 0], "x").into_string(), "");
        assert_eq!(spark(&[5], "x").into_string(), "");
        let drawn = spark(&[0, 4, 1], "0, 4, 1").into_string();
        assert!(drawn.contains("<title>0, 4, 1</title>"), "{drawn}");
        assert!(drawn.contains("d=\"M3.0 25.0L44.0 3.0L85.0 19.5\""), "{drawn}");
        assert!(spark(&[i64::MAX, -1], "x").into_string().contains("M3.0 3.0L85.0 25.0"));
    }
}
