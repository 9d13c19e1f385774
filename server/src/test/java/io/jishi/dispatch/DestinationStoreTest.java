package io.jishi.dispatch;

import static io.jishi.dispatch.TestCluster.near;
import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.core.Id;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DestinationStoreTest {
    private final TestCluster cluster = new TestCluster(io.jishi.core.Settings.defaults());

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    @DisplayName("[OR16] a drop-off from before it was sealed is sealed before a node serves; that of a shelf stays")
    void sealPlain() {
        TestCluster.Node a = cluster.start("a");
        Id<Delivery> order = cluster.request(a.dispatch, near(0, 0), near(100, 200));
        Id<Delivery> restock = cluster.inTransaction(
                transaction -> a.dispatch.requestRestock(transaction, cluster.ids.next(), near(5, 5)));
        cluster.database
                .execute(
                        "UPDATE delivery SET destination = NULL, destination_key = NULL, dropoff_latitude = $2,"
                                + " dropoff_longitude = $3 WHERE id = $1",
                        Tuple.of(
                                order.value(),
                                near(100, 200).latitude(),
                                near(100, 200).longitude()))
                .await();
        DestinationStore destinations = new DestinationStore(cluster.database);
        destinations.prepare().await();
        assertThat(cluster.count("SELECT count(*) FROM delivery WHERE dropoff_latitude IS NOT NULL"))
                .isEqualTo(1);
        DeliveryStore deliveries =
                new DeliveryStore(cluster.database, destinations, InstantSource.system(), Duration.ofSeconds(1));
        assertThat(deliveries.one(order).await().orElseThrow().dropoff()).isEqualTo(near(100, 200));
        assertThat(deliveries.one(restock).await().orElseThrow().dropoff()).isEqualTo(near(5, 5));
    }
}
