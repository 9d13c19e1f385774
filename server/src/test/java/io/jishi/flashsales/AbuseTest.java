package io.jishi.flashsales;

import static io.jishi.flashsales.FlashSalesTest.yes;
import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.accounts.Tokens;
import io.jishi.accounts.User;
import io.jishi.core.Id;
import io.jishi.core.ManualTime;
import io.jishi.core.Outcome;
import io.jishi.core.Role;
import io.jishi.core.Settings;
import io.jishi.flashsales.FlashSaleRequest.Claim;
import io.jishi.flashsales.FlashSaleRequest.Entry;
import io.jishi.flashsales.FlashSaleRequest.Wait;
import io.jishi.orders.Order;
import io.jishi.realtime.Caller;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AbuseTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final Id<Sale> SALE = Id.of(7);
    private static final Id<User> BUYER = Id.of(8);
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private static Caller caller(long user, String address) {
        return new Caller(Id.of(user).toString(), "name", Set.of(Role.VIEWER), "c", "en", address);
    }

    private static int allowed(ClaimPace pace, int tries, java.util.function.IntFunction<Caller> callers) {
        int allowed = 0;
        for (int i = 0; i < tries; i++) {
            allowed += pace.allows(callers.apply(i)) ? 1 : 0;
        }
        return allowed;
    }

    @Test
    @DisplayName("[FS50] an account and an address may claim so often and no oftener; others are not held up")
    void pace() {
        ManualTime time = new ManualTime(NOW);
        Settings settings = Settings.defaults()
                .with(FlashSaleSettings.CLAIMS_PER_SECOND, 5)
                .with(FlashSaleSettings.CLAIMS_PER_SECOND_OF_ADDRESS, 20);
        ClaimPace pace = new ClaimPace(FlashSaleSettings.of(settings), time);
        assertThat(allowed(pace, 100, i -> caller(1, "a"))).isEqualTo(10);
        assertThat(allowed(pace, 100, i -> caller(2, "a"))).isEqualTo(10);
        assertThat(allowed(pace, 100, i -> caller(10 + i, "a"))).isEqualTo(20);
        assertThat(allowed(pace, 100, i -> caller(200 + i, ""))).isEqualTo(100);
        assertThat(allowed(pace, 30, i -> caller(400 + i, "b"))).isEqualTo(30);
        time.pass(Duration.ofSeconds(1));
        assertThat(allowed(pace, 100, i -> caller(1, "a"))).isEqualTo(5);
        ClaimPace none = new ClaimPace(
                FlashSaleSettings.of(settings.with(FlashSaleSettings.CLAIMS_PER_SECOND, 0)
                        .with(FlashSaleSettings.CLAIMS_PER_SECOND_OF_ADDRESS, 0)),
                time);
        assertThat(allowed(none, 1_000, i -> caller(1, "a"))).isEqualTo(1_000);
    }

    /** As a client does it. */
    private static String solve(String text, int bits) {
        for (long suffix = 0; ; suffix++) {
            String proof = text + "." + Long.toString(suffix, 36);
            if (ProofOfWork.zeroBits(proof) >= bits) {
                return proof;
            }
        }
    }

    @Test
    @DisplayName("[FS51] work counts for its sale, buyer and key, done in full and in time, and for nothing else")
    void work() {
        ProofOfWork work = new ProofOfWork(SECRET, 10);
        Challenge.Asked asked = work.ask(SALE, BUYER, "k", NOW);
        String proof = solve(asked.text(), asked.bits());
        assertThat(proof).hasSizeLessThanOrEqualTo(64).matches("[A-Za-z0-9._-]+");
        assertThat(work.isMet(SALE, BUYER, "k", proof, NOW)).isTrue();
        assertThat(new ProofOfWork(SECRET, 10).isMet(SALE, BUYER, "k", proof, NOW))
                .isTrue();
        assertThat(work.isMet(SALE, BUYER, "other", proof, NOW)).isFalse();
        assertThat(work.isMet(SALE, Id.of(9), "k", proof, NOW)).isFalse();
        assertThat(work.isMet(Id.of(9), BUYER, "k", proof, NOW)).isFalse();
        assertThat(work.isMet(SALE, BUYER, "k", proof, asked.until())).isFalse();
        assertThat(new ProofOfWork("x" + SECRET, 10).isMet(SALE, BUYER, "k", proof, NOW))
                .isFalse();
        String easier = asked.text().replace(".10.", ".0.");
        for (String wrong : new String[] {null, "", "...", proof + ".", asked.text(), easier + ".0", "-" + proof}) {
            assertThat(work.isMet(SALE, BUYER, "k", wrong, NOW)).as(wrong).isFalse();
        }
        String lazy = null;
        for (int i = 0; lazy == null; i++) {
            String tried = asked.text() + "." + i;
            lazy = ProofOfWork.zeroBits(tried) < 10 ? tried : null;
        }
        assertThat(work.isMet(SALE, BUYER, "k", lazy, NOW)).isFalse();
    }

    @Test
    @DisplayName(
            "[FS51] where the shop asks for work nobody claims without; a proof that comes again buys nothing more")
    void claims() {
        Settings settings = Settings.defaults().with(Tokens.SECRET, SECRET).with(FlashSaleSettings.WORK_BITS, 8);
        try (Shop shop = new Shop(settings)) {
            Shop.Node a = shop.node("a");
            Shop.Node b = shop.node("b");
            Sale sale = shop.sale(10, 5);
            Id<User> buyer = shop.buyer();
            Outcome<Object> needed = Outcome.refused(FlashSaleRefusal.PROOF_NEEDED);
            assertThat(a.claim(buyer, sale.id(), 1, "k")).isEqualTo(needed);
            Challenge.Asked asked = new ProofOfWork(SECRET, 8).ask(sale.id(), buyer, "k", shop.clock.instant());
            String proof = solve(asked.text(), asked.bits());
            Order order = yes(claim(a, sale, buyer, "k", proof));
            assertThat(yes(claim(b, sale, buyer, "k", proof)).id()).isEqualTo(order.id());
            assertThat(claim(b, sale, buyer, "k2", proof)).isEqualTo(needed);
            assertThat(claim(b, sale, shop.buyer(), "k", proof)).isEqualTo(needed);
            assertThat(shop.liveUnits(sale)).isEqualTo(1);
        }
    }

    private static Outcome<Order> claim(Shop.Node node, Sale sale, Id<User> buyer, String key, String proof) {
        return node.sales
                .claim(buyer, new Claim(sale.id(), 1, key, null, proof, null))
                .await();
    }

    @Test
    @DisplayName(
            "[FS52] so many accounts of one device come to a sale and no more, whichever nodes they come by at once; who names none is counted by address")
    void devices() {
        try (Shop shop = new Shop()) {
            Shop.Node a = shop.node("a");
            Shop.Node b = shop.node("b");
            Sale sale = shop.start(new FlashSaleRequest.Start(
                    null,
                    shop.sku(100),
                    100,
                    100,
                    5,
                    null,
                    null,
                    3600,
                    300,
                    null,
                    null,
                    null,
                    new Entry(null, null, 2),
                    null));
            List<Id<User>> buyers = new ArrayList<>();
            List<Future<Outcome<Order>>> claims = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                buyers.add(shop.buyer());
                claims.add((i % 2 == 0 ? a : b).sales.claim(buyers.get(i), of(sale, "k", "phone" + i % 4)));
            }
            Future.join(claims).await();
            Outcome<Object> no = Outcome.refused(FlashSaleRefusal.DEVICE_LIMIT);
            int[] yes = new int[4];
            for (int i = 0; i < 40; i++) {
                Outcome<Order> outcome = claims.get(i).result();
                yes[i % 4] += outcome instanceof Outcome.Done ? 1 : 0;
                if (!(outcome instanceof Outcome.Done)) {
                    assertThat(outcome).isEqualTo(no);
                    assertThat(b.sales
                                    .claim(buyers.get(i), of(sale, "k", "phone" + i % 4))
                                    .await())
                            .isEqualTo(no);
                    assertThat(b.sales
                                    .join(buyers.get(i), new Wait(sale.id(), 1, "w", "phone" + i % 4))
                                    .await())
                            .isEqualTo(no);
                } else {
                    yes(a.sales
                            .claim(buyers.get(i), of(sale, "again", "phone" + i % 4))
                            .await());
                }
            }
            assertThat(yes).containsOnly(2);
            yes(a.claim(shop.buyer(), sale.id(), 1, "k"));
            yes(b.claim(shop.buyer(), sale.id(), 1, "k"));
            assertThat(b.claim(shop.buyer(), sale.id(), 1, "k")).isEqualTo(no);
            assertThat(shop.count("SELECT count(*) FROM sale_device")).isEqualTo(10);
        }
    }

    private static Claim of(Sale sale, String key, String device) {
        return new Claim(sale.id(), 1, key, null, null, device);
    }
}
