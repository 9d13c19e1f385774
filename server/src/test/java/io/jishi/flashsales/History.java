package io.jishi.flashsales;

import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.core.Outcome;
import io.jishi.orders.Order;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What buyers were told, and whether the database agrees. */
final class History {
    /** One final answer that a buyer heard; temporary refusals are not final. */
    record Heard(Claim.Key key, Outcome<Order> answer) {}

    private final ConcurrentLinkedQueue<Heard> heard = new ConcurrentLinkedQueue<>();

    void add(Claim.Key key, Outcome<Order> answer) {
        heard.add(new Heard(key, answer));
    }

    long count(FlashSaleRefusal refusal) {
        return heard.stream()
                .filter(h -> h.answer().equals(Outcome.refused(refusal)))
                .count();
    }

    /** Checks every acknowledged answer against the orders of the sale. */
    void check(Shop shop, Sale sale, String run) {
        Map<Claim.Key, List<Long>> orders = orders(shop, sale);
        Map<Claim.Key, Set<Long>> yes = new HashMap<>();
        Set<Claim.Key> no = new HashSet<>();
        for (Heard h : heard) {
            switch (h.answer()) {
                case Outcome.Done<Order>(Order order) ->
                    yes.computeIfAbsent(h.key(), key -> new HashSet<>())
                            .add(order.id().value());
                case Outcome.Refused<Order> refused -> no.add(h.key());
            }
        }
        orders.forEach((key, ids) ->
                assertThat(ids).as("%s: one key, one order: %s", run, key).hasSize(1));
        yes.forEach((key, ids) -> assertThat(ids)
                .as("%s: every acknowledged yes is the one order of its key: %s", run, key)
                .containsExactlyElementsOf(orders.getOrDefault(key, List.of())));
        assertThat(no).as("%s: no key that heard no has an order", run).doesNotContainAnyElementsOf(orders.keySet());
        assertThat(no).as("%s: no key heard yes and no", run).doesNotContainAnyElementsOf(yes.keySet());
        checkLimits(shop, sale, run);
    }

    private static void checkLimits(Shop shop, Sale sale, String run) {
        long most = shop.count(
                "SELECT coalesce(max(units), 0) FROM (SELECT sum(quantity) AS units FROM orders WHERE sale = "
                        + sale.id().value()
                        + " AND stage NOT IN ('cancelled', 'expired', 'refunding', 'refunded') GROUP BY buyer) b");
        assertThat(most).as("%s: the limit holds", run).isLessThanOrEqualTo(sale.perBuyerLimit());
    }

    private static Map<Claim.Key, List<Long>> orders(Shop shop, Sale sale) {
        Map<Claim.Key, List<Long>> orders = new HashMap<>();
        for (Row row : shop.database
                .execute("SELECT buyer, key, id FROM orders WHERE sale = "
                        + sale.id().value())
                .await()) {
            orders.computeIfAbsent(new Claim.Key(row.getLong("buyer"), row.getString("key")), key -> new ArrayList<>())
                    .add(row.getLong("id"));
        }
        return orders;
    }
}
