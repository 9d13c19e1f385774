package io.jishi.dispatch;

import static io.jishi.dispatch.DeliveryStore.time;
import static io.jishi.dispatch.EventStore.longs;

import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.Place;
import io.jishi.database.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Offers, assignments and the stages of deliveries in SQL. Each statement compares the stage that a
 * {@link DeliveryChange} starts from and sets the one that it ends at. Rows are locked in the order courier, offer,
 * delivery, and within each by id, so that two transactions never wait for each other in a circle.
 */
final class OfferStore {
    private final Database database;
    private final DestinationStore destinations;
    private final Ids ids;

    OfferStore(Database database, DestinationStore destinations, Ids ids) {
        this.database = database;
        this.destinations = destinations;
        this.ids = ids;
    }

    /** An offer as it is stored. */
    record OfferRow(Id<Offer> id, Id<Delivery> delivery, Id<Courier> courier, OfferStage stage) {}

    /** An offer that was made, with where the delivery goes. */
    record Made(Id<Courier> courier, Offer offer) {}

    /** The offers that a courier has before him. */
    Future<List<Offer>> openOf(Id<Courier> courier) {
        return openOf(database.pool(), courier);
    }

    Future<List<Offer>> openOf(SqlClient client, Id<Courier> courier) {
        return client.preparedQuery("""
                        SELECT o.id, o.delivery_id, o.courier_id, o.distance_meters, o.travel_seconds, o.expires_at,
                               d.pickup_latitude, d.pickup_longitude, d.dropoff_latitude, d.dropoff_longitude,
                               d.destination
                          FROM delivery_offer o JOIN delivery d ON d.id = o.delivery_id
                         WHERE o.courier_id = $1 AND o.stage = 'open' ORDER BY o.id
                        """)
                .execute(Tuple.of(courier.value()))
                .map(rows -> made(rows).stream().map(Made::offer).toList());
    }

    /**
     * Makes offers of deliveries that are still waiting, to couriers that are still on shift.
     *
     * @param onShift those whose rows the transaction holds
     */
    Future<List<Made>> make(
            SqlConnection transaction, List<Decision.MakeOffer> offers, Set<Id<Courier>> onShift, Instant now) {
        List<Decision.MakeOffer> wanted =
                offers.stream().filter(o -> onShift.contains(o.courier())).toList();
        if (wanted.isEmpty()) {
            return Future.succeededFuture(List.of());
        }
        return transaction
                .preparedQuery("""
                        WITH wanted AS (
                          SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::int[], $5::int[],
                                 $6::timestamptz[]) AS w (id, delivery_id, courier_id, meters, seconds, expires_at)
                        ), moved AS (
                          UPDATE delivery d SET stage = $7, updated_at = greatest(updated_at + interval '1 millisecond', $8) FROM wanted w
                           WHERE d.id = w.delivery_id AND d.stage = $9
                          RETURNING d.id, d.pickup_latitude, d.pickup_longitude, d.dropoff_latitude, d.dropoff_longitude,
                                 d.destination
                        ), made AS (
                          INSERT INTO delivery_offer (id, delivery_id, courier_id, stage, distance_meters,
                                 travel_seconds, offered_at, expires_at)
                          SELECT w.id, w.delivery_id, w.courier_id, 'open', w.meters, w.seconds, $8, w.expires_at
                            FROM wanted w JOIN moved m ON m.id = w.delivery_id
                          RETURNING *
                        )
                        SELECT made.id, made.delivery_id, made.courier_id, made.distance_meters, made.travel_seconds,
                               made.expires_at, m.pickup_latitude, m.pickup_longitude, m.dropoff_latitude,
                               m.dropoff_longitude, m.destination
                          FROM made JOIN moved m ON m.id = made.delivery_id
                        """)
                .execute(Tuple.from(List.<Object>of(
                        wanted.stream().map(o -> ids.next().value()).toArray(Long[]::new),
                        wanted.stream().map(o -> o.delivery().value()).toArray(Long[]::new),
                        wanted.stream().map(o -> o.courier().value()).toArray(Long[]::new),
                        wanted.stream().map(Decision.MakeOffer::distanceMeters).toArray(Integer[]::new),
                        wanted.stream().map(Decision.MakeOffer::travelSeconds).toArray(Integer[]::new),
                        wanted.stream().map(o -> time(o.expiresAt())).toArray(java.time.OffsetDateTime[]::new),
                        DeliveryChange.OFFER.to().text(),
                        time(now),
                        DeliveryChange.OFFER.from().text())))
                .map(this::made);
    }

    /** Holds the row until the transaction ends; empty where the courier has no such offer. */
    Future<Optional<OfferRow>> lock(SqlConnection transaction, Id<Offer> offer, Id<Courier> courier) {
        return transaction
                .preparedQuery("SELECT id, delivery_id, courier_id, stage FROM delivery_offer"
                        + " WHERE id = $1 AND courier_id = $2 FOR NO KEY UPDATE")
                .execute(Tuple.of(offer.value(), courier.value()))
                .map(rows -> rows.rowCount() == 0
                        ? Optional.empty()
                        : Optional.of(offerRow(rows.iterator().next())));
    }

    /** Turns an open offer into an assignment. */
    Future<Boolean> accept(SqlConnection transaction, OfferRow offer, String courierName, Instant now) {
        return transaction
                .preparedQuery("""
                        WITH taken AS (
                          UPDATE delivery_offer SET stage = 'accepted', ended_at = $3
                           WHERE id = $1 AND stage = 'open' RETURNING id, delivery_id, courier_id
                        ), moved AS (
                          UPDATE delivery d SET stage = $4, courier_id = t.courier_id, courier_name = $2,
                                 assigned_at = $3, updated_at = greatest(updated_at + interval '1 millisecond', $3)
                            FROM taken t WHERE d.id = t.delivery_id AND d.stage = $5 RETURNING d.id
                        )
                        INSERT INTO delivery_assignment (offer_id, delivery_id, courier_id, started_at)
                        SELECT t.id, m.id, t.courier_id, $3 FROM taken t JOIN moved m ON m.id = t.delivery_id
                        """)
                .execute(Tuple.of(
                        offer.id().value(),
                        courierName,
                        time(now),
                        DeliveryChange.ACCEPT.to().text(),
                        DeliveryChange.ACCEPT.from().text()))
                .map(rows -> rows.rowCount() == 1);
    }

    /**
     * Ends open offers without an assignment.
     *
     * @param stage rejected, expired or withdrawn
     * @return the deliveries that are waiting again
     */
    Future<Set<Id<Delivery>>> end(
            SqlConnection transaction, Collection<Id<Offer>> offers, OfferStage stage, Instant now) {
        if (offers.isEmpty()) {
            return Future.succeededFuture(Set.of());
        }
        return transaction
                .preparedQuery("""
                        WITH due AS (
                          SELECT id FROM delivery_offer WHERE id = ANY ($1::bigint[]) AND stage = 'open'
                           ORDER BY id FOR NO KEY UPDATE
                        ), ended AS (
                          UPDATE delivery_offer o SET stage = $2, ended_at = $3 FROM due WHERE o.id = due.id
                          RETURNING o.delivery_id
                        )
                        UPDATE delivery d SET stage = $4, updated_at = greatest(updated_at + interval '1 millisecond', $3) FROM ended
                         WHERE d.id = ended.delivery_id AND d.stage = $5 RETURNING d.id
                        """)
                .execute(Tuple.of(
                        longs(offers),
                        stage.text(),
                        time(now),
                        DeliveryChange.DECLINE.to().text(),
                        DeliveryChange.DECLINE.from().text()))
                .map(OfferStore::deliveries);
    }

    /** How many deliveries the courier holds; exact where the transaction holds his row. */
    Future<Integer> held(SqlConnection transaction, Id<Courier> courier) {
        return transaction
                .preparedQuery(
                        "SELECT count(*) AS held FROM delivery_assignment WHERE courier_id = $1 AND ended_at IS NULL")
                .execute(Tuple.of(courier.value()))
                .map(rows -> rows.iterator().next().getInteger("held"));
    }

    Future<Boolean> pickUp(SqlConnection transaction, Id<Delivery> delivery, Id<Courier> courier, Instant now) {
        return transaction
                .preparedQuery(
                        "UPDATE delivery SET stage = $4, updated_at = greatest(updated_at + interval '1 millisecond', $3)"
                                + " WHERE id = $1 AND courier_id = $2 AND stage = $5")
                .execute(step(delivery, courier, now, DeliveryChange.PICK_UP))
                .map(rows -> rows.rowCount() == 1);
    }

    Future<Boolean> deliver(SqlConnection transaction, Id<Delivery> delivery, Id<Courier> courier, Instant now) {
        return transaction
                .preparedQuery("""
                        WITH moved AS (
                          UPDATE delivery SET stage = $4, updated_at = greatest(updated_at + interval '1 millisecond', $3)
                           WHERE id = $1 AND courier_id = $2 AND stage = $5 RETURNING id
                        )
                        UPDATE delivery_assignment a SET ended_at = $3, outcome = 'delivered' FROM moved
                         WHERE a.delivery_id = moved.id AND a.ended_at IS NULL
                        """)
                .execute(step(delivery, courier, now, DeliveryChange.DELIVER))
                .map(rows -> rows.rowCount() == 1);
    }

    /** @return the deliveries that are waiting again; not those that were picked up meanwhile */
    Future<Set<Id<Delivery>>> takeBack(SqlConnection transaction, List<Decision.TakeBack> lost, Instant now) {
        if (lost.isEmpty()) {
            return Future.succeededFuture(Set.of());
        }
        return transaction
                .preparedQuery("""
                        WITH lost AS (
                          SELECT d.id FROM delivery d
                            JOIN unnest($1::bigint[], $2::bigint[]) AS w (delivery_id, courier_id)
                              ON d.id = w.delivery_id AND d.courier_id = w.courier_id
                           WHERE d.stage = $5 ORDER BY d.id FOR NO KEY UPDATE OF d
                        ), ended AS (
                          UPDATE delivery_assignment a SET ended_at = $3, outcome = 'taken_back' FROM lost
                           WHERE a.delivery_id = lost.id AND a.ended_at IS NULL
                        )
                        UPDATE delivery d SET stage = $4, courier_id = NULL, courier_name = NULL, assigned_at = NULL,
                               updated_at = greatest(updated_at + interval '1 millisecond', $3)
                          FROM lost WHERE d.id = lost.id RETURNING d.id
                        """)
                .execute(Tuple.of(
                        lost.stream().map(l -> l.delivery().value()).toArray(Long[]::new),
                        lost.stream().map(l -> l.courier().value()).toArray(Long[]::new),
                        time(now),
                        DeliveryChange.TAKE_BACK.to().text(),
                        DeliveryChange.TAKE_BACK.from().text()))
                .map(OfferStore::deliveries);
    }

    Future<Set<Id<Delivery>>> giveUp(SqlConnection transaction, Collection<Id<Delivery>> unwanted, Instant now) {
        if (unwanted.isEmpty()) {
            return Future.succeededFuture(Set.of());
        }
        return transaction
                .preparedQuery(
                        "UPDATE delivery SET stage = $3, updated_at = greatest(updated_at + interval '1 millisecond', $2)"
                                + " WHERE id = ANY ($1::bigint[]) AND stage = $4 RETURNING id")
                .execute(Tuple.of(
                        longs(unwanted),
                        time(now),
                        DeliveryChange.GIVE_UP.to().text(),
                        DeliveryChange.GIVE_UP.from().text()))
                .map(OfferStore::deliveries);
    }

    private static Tuple step(Id<Delivery> delivery, Id<Courier> courier, Instant now, DeliveryChange change) {
        return Tuple.of(
                delivery.value(),
                courier.value(),
                time(now),
                change.to().text(),
                change.from().text());
    }

    private static Set<Id<Delivery>> deliveries(RowSet<Row> rows) {
        Set<Id<Delivery>> deliveries = new HashSet<>();
        rows.forEach(row -> deliveries.add(Id.of(row.getLong("id"))));
        return deliveries;
    }

    private List<Made> made(RowSet<Row> rows) {
        List<Made> made = new ArrayList<>();
        rows.forEach(row -> made.add(new Made(
                Id.of(row.getLong("courier_id")),
                new Offer(
                        Id.of(row.getLong("id")),
                        Id.of(row.getLong("delivery_id")),
                        new Place(row.getDouble("pickup_latitude"), row.getDouble("pickup_longitude")),
                        destinations.of(Id.of(row.getLong("delivery_id")), row).place(),
                        row.getInteger("distance_meters"),
                        row.getInteger("travel_seconds"),
                        DeliveryStore.instant(row, "expires_at")))));
        return made;
    }

    private static OfferRow offerRow(Row row) {
        return new OfferRow(
                Id.of(row.getLong("id")),
                Id.of(row.getLong("delivery_id")),
                Id.of(row.getLong("courier_id")),
                OfferStage.of(row.getString("stage")));
    }
}
