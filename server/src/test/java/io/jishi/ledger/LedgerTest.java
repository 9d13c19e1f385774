package io.jishi.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.Money;
import io.jishi.core.Role;
import io.jishi.database.Database;
import io.jishi.database.TestDatabase;
import io.jishi.realtime.Authorization;
import io.jishi.realtime.Caller;
import io.jishi.realtime.Json;
import io.jishi.realtime.Methods;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LedgerTest {
    private final Vertx vertx = Vertx.vertx();
    private final TestDatabase testDatabase = TestDatabase.create();
    private final Database database = testDatabase.open(vertx);
    private final Ids ids = new Ids(InstantSource.system(), 1);
    private final Ledger ledger = new Ledger(database, ids, InstantSource.system());
    private final Id<?> user = ids.next();

    @AfterEach
    void close() {
        database.close().await();
        testDatabase.close();
        vertx.close().await();
    }

    @Test
    @DisplayName("[LE1] an entry whose postings do not sum to zero in each currency cannot be made")
    void unbalanced() {
        Posting taken = new Posting(Account.PROVIDER, "sandbox", Money.yuan(100));
        for (List<Posting> postings : List.of(
                List.<Posting>of(),
                List.of(taken),
                List.of(taken, new Posting(Account.ORDERS, "1", Money.yuan(-99))),
                List.of(taken, new Posting(Account.ORDERS, "1", new Money(-100, "USD"))))) {
            assertThatThrownBy(() -> new Entry(Entry.Kind.PAYMENT, "payment:1", postings))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> new Posting(Account.ORDERS, "1", Money.yuan(0)))
                .isInstanceOf(IllegalArgumentException.class);
        new Entry(Entry.Kind.PAYMENT, "payment:1", List.of(taken, new Posting(Account.ORDERS, "1", Money.yuan(-100))));
    }

    @Test
    @DisplayName("[LE1] the database refuses to commit what does not balance, however it was written")
    void unbalancedSql() {
        String entry = "INSERT INTO ledger_entry (id, kind, reference, at) VALUES (1, 'payment', 'payment:1', now())";
        assertThat(refused(entry)).contains("has no postings");
        assertThat(refused(entry, posting(1, 100, "CNY"))).contains("does not balance");
        assertThat(refused(entry, posting(1, 100, "CNY"), posting(2, -99, "CNY")))
                .contains("does not balance");
        assertThat(refused(entry, posting(1, 100, "CNY"), posting(2, -100, "USD")))
                .contains("does not balance");
        assertThat(refused(
                        entry,
                        posting(1, 100, "CNY"),
                        posting(2, -100, "CNY"),
                        "SET CONSTRAINTS ALL IMMEDIATE",
                        "SET CONSTRAINTS ALL DEFERRED",
                        posting(3, 5, "CNY")))
                .as("a look in between does not let the rest through")
                .contains("does not balance");
        assertThat(count("SELECT count(*) FROM ledger_entry")).isZero();
        run(entry, posting(1, 100, "CNY"), posting(2, -60, "CNY"), posting(3, -40, "CNY"));
        assertThat(count("SELECT count(*) FROM ledger_posting")).isEqualTo(3);
    }

    @Test
    @DisplayName("[LE2] nothing is changed, taken out of the ledger, or added to an entry later")
    void appendOnly() {
        Id<?> deposit = ids.next();
        book(Entry.deposit(deposit, "sandbox", user, Money.yuan(500)));
        long entry = count("SELECT id FROM ledger_entry");
        for (String change : List.of(
                "UPDATE ledger_entry SET reference = 'x'",
                "UPDATE ledger_posting SET amount_minor = amount_minor * 2",
                "DELETE FROM ledger_posting",
                "DELETE FROM ledger_entry",
                "TRUNCATE ledger_posting",
                "TRUNCATE ledger_entry CASCADE")) {
            assertThat(refused(change)).as(change).contains("only ever added to");
        }
        assertThat(refused(
                        posting(3, 5, "CNY").replace("(1,", "(" + entry + ","),
                        posting(4, -5, "CNY").replace("(1,", "(" + entry + ",")))
                .contains("after its transaction");
        assertThat(held(Account.DEPOSITS, user.toString())).isEqualTo(500);
    }

    @Test
    @DisplayName("[LE3] the same thing is booked once, also by two that do not know of one another")
    void once() {
        Id<?> deposit = ids.next();
        Entry taken = Entry.deposit(deposit, "sandbox", user, Money.yuan(500));
        List<Future<Void>> tries = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            tries.add(database.transaction(transaction -> ledger.book(transaction, List.of(taken))));
        }
        Future.join(tries).otherwiseEmpty().await();
        assertThat(tries.stream().filter(Future::succeeded)).hasSize(1);
        book(Entry.depositReturned(deposit, "sandbox", user, Money.yuan(500)));
        assertThat(held(Account.DEPOSITS, user.toString())).isZero();
        assertThat(held(Account.PROVIDER, "sandbox")).isZero();
    }

    @Test
    @DisplayName("[LE4] an entry is there where its transaction is, and not otherwise")
    void rollback() {
        Id<?> deposit = ids.next();
        Future<Void> failed = database.transaction(transaction -> ledger.book(
                        transaction, List.of(Entry.deposit(deposit, "sandbox", user, Money.yuan(5))))
                .compose(done -> Future.<Void>failedFuture("something else")));
        assertThatThrownBy(failed::await).hasMessage("something else");
        assertThat(ledger.balances().await()).isEmpty();
    }

    @Test
    @DisplayName("[LE6] staff read balances and, page by page, what was booked; nobody else does")
    void staff() {
        Methods methods = new Methods(Authorization.shipped());
        ledger.register(methods);
        List<String> references = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Id<?> deposit = ids.next();
            references.addFirst("deposit:" + deposit);
            book(Entry.deposit(deposit, "sandbox", user, Money.yuan(100 + i)));
        }
        List<String> seen = new ArrayList<>();
        JsonNode page = call(methods, "ledger.entries", Role.STAFF, "{\"limit\":2}");
        while (true) {
            page.get("items").forEach(item -> seen.add(item.get("reference").asText()));
            if (!page.has("next")) {
                break;
            }
            page = call(methods, "ledger.entries", Role.STAFF, "{\"limit\":2,\"after\":" + page.get("next") + "}");
        }
        assertThat(seen).isEqualTo(references);
        JsonNode one = call(methods, "ledger.entries", Role.STAFF, "{\"reference\":\"" + seen.getFirst() + "\"}")
                .get("items");
        assertThat(one).hasSize(1);
        assertThat(one.at("/0/lines")).hasSize(2);
        assertThat(one.at("/0/lines/1/amountMinor").asLong()).isEqualTo(-104);
        assertThat(call(methods, "ledger.balances", Role.ADMIN, "{}").toString())
                .contains("{\"account\":\"deposits\",\"currency\":\"CNY\",\"amountMinor\":510}");
        for (Role role : List.of(Role.VIEWER, Role.HOST, Role.COURIER, Role.OPERATOR)) {
            assertThat(call(methods, "ledger.balances", role, "{}").get("code").asInt())
                    .as(role.name())
                    .isEqualTo(103);
        }
    }

    @Test
    @DisplayName("[LE7] the accounts and kinds that the code knows are those that the database allows")
    void names() {
        for (Account account : Account.values()) {
            assertThat(constraint("ledger_posting_account_check")).contains("'" + account.text() + "'");
        }
        for (Entry.Kind kind : Entry.Kind.values()) {
            assertThat(constraint("ledger_entry_kind_check")).contains("'" + kind.text() + "'");
        }
        assertThat(constraint("ledger_posting_account_check").split("::text", -1))
                .hasSize(Account.values().length + 1);
        assertThat(constraint("ledger_entry_kind_check").split("::text", -1)).hasSize(Entry.Kind.values().length + 1);
    }

    private String constraint(String name) {
        return database.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = '" + name + "'")
                .await()
                .iterator()
                .next()
                .getString(0);
    }

    private void book(Entry... entries) {
        database.transaction(transaction -> ledger.book(transaction, Arrays.asList(entries)))
                .await();
    }

    private long held(Account account, String owner) {
        return ledger.balance(account, owner, "CNY").await();
    }

    private static String posting(int line, long amount, String currency) {
        return "INSERT INTO ledger_posting VALUES (1, " + line + ", 'deposits', 'o', '" + currency + "', " + amount
                + ")";
    }

    private void run(String... statements) {
        database.transaction(transaction -> {
                    Future<?> done = Future.succeededFuture();
                    for (String statement : statements) {
                        done = done.compose(
                                before -> transaction.query(statement).execute());
                    }
                    return done.mapEmpty();
                })
                .await();
    }

    /** How the database refuses what the statements do in one transaction. */
    private String refused(String... statements) {
        try {
            run(statements);
        } catch (RuntimeException e) {
            return String.valueOf(e.getMessage());
        }
        return "committed";
    }

    private long count(String sql) {
        return database.execute(sql).await().iterator().next().getLong(0);
    }

    private JsonNode call(Methods methods, String method, Role role, String params) {
        Caller caller = new Caller(user.toString(), "s", Set.of(role), "c", "zh");
        return switch (methods.call(method, caller, Json.tree(Buffer.buffer(params)))
                .await()) {
            case Methods.Answer.Result result -> Json.tree(result.json());
            case Methods.Answer.Error error -> Json.tree(Buffer.buffer("{\"code\":" + error.code() + "}"));
        };
    }
}
