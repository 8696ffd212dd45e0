# The system.

console-services = Services
console-service = Service
console-asked = As of{" "}
console-answers = Healthy
console-limps = Degraded
console-has-room = Writable
console-is-full = Not writable
console-does-not-answer = Unreachable
console-does-not-answer-more = Operations that need it are paused until it recovers. No confirmed data is lost. See the log.
console-cannot-write = Read-only
console-cannot-write-more = Its data can be read. Changes are rejected until its database is writable again. No confirmed data is lost. See the log.
console-last-minutes = Last 5 minutes
console-processes = Processes
console-requests-a-second = Requests/s
console-errors = Errors
console-half-within = p50
console-nearly-all-within = p99
console-event-flow = Event flow
console-nobody-is-behind = All consumers are up to date
console-this-cannot-write = { $service } is read-only
console-some-are-behind = Consumers are lagging
console-who-hears = Consumer
console-whom = Producer
console-events-behind = Lag
console-for-at-most = up to { $time }
# $events (Number)
console-so-many-unsent = { $events } unsent
console-not-known-short = unknown
console-bus = bus
console-what-waits = Backlog
console-events-unsent = Unsent
console-timers-due = Timers due
console-overdue = Overdue
console-next-timer = Next timer
console-put-aside = Dead letters
console-see-which = View details
console-drop-more = The event won’t be processed and can’t be restored.
console-drop-event = Discard { $kind }
console-so-many-broken =
    { $count ->
        [one] 1 invariant violated
       *[other] { $count } invariants violated
    }
console-said = Error:{" "}
console-look-at-event = View event
console-put-aside-more = Events that couldn’t be processed. Fix the cause, then replay them.
console-nothing-put-aside = All events were processed.
console-act-once-more = Replay
console-drop = Discard…
console-of = of
# A replayed event has become a dead letter again.
console-in-vain =
    { $times ->
        [one] Replayed once, failed again.
       *[other] Replayed { $times } times, failed each time.
    }
console-acted-on-soon = Replay queued.
console-the-audit = Audit
console-run-the-audit = Run audit
console-audit-since = Running since{" "}
console-audited = Completed{" "}
console-not-audited = Not run yet
console-audit-more = Compares orders, stock and money across services while they run.
console-audit-failed = The audit is incomplete.
console-backups = Backups
console-last-backup = Newest:{" "}
console-no-backup = No backup yet.
console-no-automatic-backups = Automatic backups are off. Set `ORDO_BACKUP_TO` to a folder on another disk, or run `ordo backup` regularly.
console-backup-failed = The last automatic backup failed
console-holds = Passed
console-broken = Failed
console-for-auth = Accounts, sessions, permissions
console-for-products = The catalogue, stock and reservations
console-for-orders = Orders and their parcels
console-for-payments = Payments and refunds
console-for-notifications = Emails and event log
console-for-disk = Disk space for data
console-for-gateway = Incoming requests, as this process sees them
console-hears-everybody = from all services
console-hears-three = from 3 services
console-flow-is-up-to-date = Event flow: all consumers are up to date.
console-is-ahead = Ahead of its producer
console-ahead-of-producer = A database was rolled back
console-ahead-of-producer-more = Its new events aren’t consumed, because they’d be mistaken for known ones. Restore the newest databases. If they’re gone, stop all services and run “ordo accept-loss”; see docs/backup-and-restore.md for what that means.
# Who has consumed what whose database lacks.
console-ahead-of = { $consumer } has consumed events that { $producer } no longer has.
console-invariant-1 = Reserved stock matches open orders
console-invariant-2 = Stock on hand matches the ledger
console-invariant-3 = Order line totals add up
console-invariant-4 = Payments add up and are charged once
console-invariant-5 = Nothing ships unpaid
console-invariant-6 = Closed orders hold no stock and no funds
console-invariant-7 = Histories are complete and match current state
console-invariant-8 = No work is stuck
console-invariant-9 = Accepted orders exist as submitted
console-invariant-10 = No orphaned reservations

console-so-many-do-not-answer =
    { $count ->
        [one] { $names } is unreachable
       *[other] { $names } are unreachable
    }
console-disk-takes-nothing = Disk not writable
console-disk-takes-nothing-more = Data can be read. Changes are rejected until there is space again. No confirmed data is lost.
console-so-many-cannot-write =
    { $count ->
        [one] { $names } is read-only
       *[other] { $names } are read-only
    }
# A share in percent.
console-percent = { $share }%
console-told-so-far =
    { $events ->
        [one] { $events } published
       *[other] { $events } published
    }
console-hears = from { $producers }
console-so-far-behind =
    { $events ->
        [0] Up to date
        [one] Lag: { $events } event
       *[other] Lag: { $events } events
    }
console-flow-in-words = Event flow: { $all }.
console-so-many =
    { $events ->
        [one] { $events } event
       *[other] { $events } events
    }
# $service
# $producer
console-put-aside-by = , published by { $producer }, not processed by { $service },{" "}
# $findings (Number)
console-and-more = and { $findings } more; run `ordo audit` to list them all
