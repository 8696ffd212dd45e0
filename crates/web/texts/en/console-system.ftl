# The system.

console-services = Services
console-service = Service
console-asked = As of{" "}
console-answers = Answers
console-limps = Answers in part
console-has-room = Has room
console-is-full = Takes nothing
console-does-not-answer = Does not answer
console-does-not-answer-more = What it decides about waits until it is back; nothing that was acknowledged is lost. The program’s log says why.
console-cannot-write = Cannot write
console-cannot-write-more = What is in its database can be read. What would change something there is refused until it can be written again; nothing that was acknowledged is lost. The program’s log says why.
console-last-minutes = Over the last five minutes
console-processes = Processes
console-requests-a-second = Requests/s
console-errors = Errors
console-half-within = p50
console-nearly-all-within = p99
console-event-flow = Event flow
console-nobody-is-behind = Everybody is up to date
console-this-cannot-write = { $service } cannot write
console-some-are-behind = Somebody is behind
console-who-hears = Consumer
console-whom = Producer
console-events-behind = Behind
console-for-at-most = up to { $time }
# $events (Number)
console-so-many-unsent = { $events } not sent
console-not-known-short = not known
console-bus = bus
console-what-waits = What waits
console-events-unsent = Unsent
console-timers-due = Timers due
console-overdue = Overdue
console-next-timer = Next timer
console-put-aside = Dead letters
console-see-which = See which, and what it is about
console-drop-more = Nobody acts on it any more, and it does not come back.
console-drop-event = Drop { $kind }
console-so-many-broken =
    { $count ->
        [one] An invariant is broken
       *[other] { $count } invariants are broken
    }
console-said = Error:{" "}
console-look-at-event = Look at the event
console-put-aside-more = These events were put aside: nobody could act on them. Once what was wrong is mended, they are acted on as if they had just come.
console-nothing-put-aside = Every event could be acted on.
console-act-once-more = Act on it once more
console-drop = Drop it…
console-of = of
# That an event was acted on once more, and was put aside again.
console-in-vain =
    { $times ->
        [one] It was acted on once more, and that failed, too.
       *[other] It was acted on once more { $times } times, and each failed.
    }
console-acted-on-soon = It is acted on once more within seconds.
console-the-audit = Audit
console-run-the-audit = Run the audit
console-audit-since = Runs since{" "}
console-audited = Ended{" "}
console-not-audited = Not run yet
console-audit-more = It compares what the services know of orders, stock and money, beside their work.
console-audit-failed = The audit could not look at everything.
console-backups = Backups
console-last-backup = Newest:{" "}
console-no-backup = There is no backup yet.
console-no-automatic-backups = None is written automatically. Set `ORDO_BACKUP_TO` to a folder on another disk, or run `ordo backup` regularly.
console-backup-failed = The last automatic backup was not written
console-holds = Holds
console-broken = Broken
console-for-auth = Accounts, sessions, permissions
console-for-products = The catalogue, stock and reservations
console-for-orders = Orders and their parcels
console-for-payments = Payments and refunds
console-for-notifications = Emails and the log of events
console-for-disk = Room for what is written
console-for-gateway = The way in, as this process sees it
console-hears-everybody = of everybody
console-hears-three = of three services
console-flow-is-up-to-date = Event flow: everybody has heard every event.
console-is-ahead = Ahead of its producer
console-ahead-of-producer = A database is older than it was
console-ahead-of-producer-more = Its new events are not consumed, since they would be taken for known ones. Put the newest databases back. If they are gone, stop all services and run “ordo accept-loss”; docs/backup-and-restore.md says what that means.
# Who has consumed what whose database lacks.
console-ahead-of = { $consumer } has consumed events that { $producer } no longer has.
console-invariant-1 = Reserved stock is that of open orders
console-invariant-2 = Stock on hand is what its ledger says
console-invariant-3 = Every line of an order adds up
console-invariant-4 = Money adds up, and is charged once
console-invariant-5 = Nothing is shipped unpaid
console-invariant-6 = What is over holds no stock and no money
console-invariant-7 = Histories have no gap, and give what stands there
console-invariant-8 = Nothing waits for ever
console-invariant-9 = Every accepted order exists, as it was sent
console-invariant-10 = No stock is held for nobody

console-so-many-do-not-answer =
    { $count ->
        [one] { $names } does not answer
       *[other] { $names } do not answer
    }
console-disk-takes-nothing = The disk takes nothing that is written
console-disk-takes-nothing-more = What is there can be read. What would change something is refused until there is room again; nothing that was acknowledged is lost.
console-so-many-cannot-write =
    { $count ->
        [one] { $names } cannot write
       *[other] { $names } cannot write
    }
# A share in percent.
console-percent = { $share }%
console-told-so-far =
    { $events ->
        [one] { $events } event told
       *[other] { $events } events told
    }
console-hears = of { $producers }
console-so-far-behind =
    { $events ->
        [0] Up to date
        [one] { $events } event behind
       *[other] { $events } events behind
    }
console-flow-in-words = Event flow: { $all }.
console-so-many =
    { $events ->
        [one] { $events } event
       *[other] { $events } events
    }
# $service
# $producer
console-put-aside-by = , told by { $producer }, put aside by { $service },{" "}
# $findings (Number)
console-and-more = and { $findings } more; `ordo audit` names them all
