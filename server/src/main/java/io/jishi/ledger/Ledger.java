package io.jishi.ledger;

import io.jishi.core.Check;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.Money;
import io.jishi.core.Outcome;
import io.jishi.database.Database;
import io.jishi.realtime.Method;
import io.jishi.realtime.Methods;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Every movement of money. */
public final class Ledger {
    public static final Method<Method.Nothing, Balances> BALANCES = Method.of(
            "ledger.balances",
            Method.Nothing.class,
            Balances.class,
            "What each account holds, over all its owners, and that all of them sum to zero.");
    public static final Method<EntriesOf, Page> ENTRIES = Method.of(
            "ledger.entries",
            EntriesOf.class,
            Page.class,
            "What was booked, newest first; with a reference, what was booked for it.");

    private static final int PAGE_MAX = 100;
    private static final int PAGE_DEFAULT = 50;
    private static final int REFERENCE_CHARACTERS_MAX = 64;

    private final LedgerStore store;
    private final Ids ids;
    private final InstantSource clock;

    public Ledger(Database database, Ids ids, InstantSource clock) {
        this.store = new LedgerStore(database);
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * @param amountMinor what the account holds: debits less credits for an asset or an expense, credits less debits for
     *     a liability or an income
     */
    public record Balance(Account account, String currency, long amountMinor) {}

    public record Balances(List<Balance> items) {}

    /** @param reference as {@link Entry} has it */
    public record EntriesOf(
            @Nullable String reference,
            @Nullable Integer limit,
            @Nullable Id<Entry> after) {
        public EntriesOf {
            reference = reference == null ? null : Check.text("reference", reference, 1, REFERENCE_CHARACTERS_MAX);
            limit = limit == null ? PAGE_DEFAULT : Check.range("limit", limit, 1, PAGE_MAX);
        }
    }

    /** An entry as it was booked. */
    public record Booked(Id<Entry> id, Entry.Kind kind, String reference, Instant at, List<Line> lines) {}

    /** @param amountMinor a debit is positive, a credit negative */
    public record Line(Account account, String owner, String currency, long amountMinor) {
        static Line of(Posting posting) {
            Money amount = posting.amount();
            return new Line(posting.account(), posting.owner(), amount.currency(), amount.minorUnits());
        }
    }

    public record Page(List<Booked> items, @Nullable Id<Entry> next) {}

    public void register(Methods methods) {
        methods.add(BALANCES, (caller, request) -> balances().map(all -> Outcome.done(new Balances(all))));
        methods.add(ENTRIES, (caller, request) -> entries(request));
    }

    /**
     * Books entries in the caller's transaction. Fails, and with it the transaction, where one of them is booked
     * already: what must happen once is decided by the caller's own compare-and-set, this only proves it.
     */
    public Future<Void> book(SqlConnection transaction, List<Entry> entries) {
        if (entries.isEmpty()) {
            return Future.succeededFuture();
        }
        Instant now = clock.instant();
        List<Booked> booked = entries.stream()
                .map(entry -> new Booked(
                        ids.next(),
                        entry.kind(),
                        entry.reference(),
                        now,
                        entry.postings().stream().map(Line::of).toList()))
                .toList();
        return store.insert(transaction, booked);
    }

    /** What each account holds; accounts that were never used are not there. */
    public Future<List<Balance>> balances() {
        return store.balances();
    }

    /** What one owner has in one account, signed as in {@link Balance}; 0 where nothing was booked. */
    public Future<Long> balance(Account account, String owner, String currency) {
        return store.balance(account, owner, currency);
    }

    private Future<Outcome<Page>> entries(EntriesOf request) {
        int limit = Objects.requireNonNull(request.limit());
        return store.entries(request.reference(), limit + 1, request.after()).map(found -> {
            boolean more = found.size() > limit;
            List<Booked> items = more ? found.subList(0, limit) : found;
            return Outcome.done(new Page(items, more ? items.get(limit - 1).id() : null));
        });
    }
}
