package io.jishi.dispatch;

import io.jishi.core.Id;
import io.jishi.dispatch.ZoneState.Rider;
import io.jishi.dispatch.ZoneState.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the owner of a zone knows of it: rows as they were last read, and the latest positions. At most
 * {@value #DELIVERIES_MAX} open deliveries, the oldest; younger ones wait in the database until there is room. Confined
 * to the owner's event loop.
 */
final class ZonePicture {
    static final int DELIVERIES_MAX = 2_000;
    static final int RIDERS_MAX = 2_000;

    private final String zone;
    private final TravelTimes travel;
    private final Duration handover;
    private final TreeMap<Id<Delivery>, DeliveryRow> open = new TreeMap<>();
    private final TreeMap<Id<Courier>, CourierRow> riders = new TreeMap<>();
    private final Map<Id<Courier>, CourierPosition> positions = new HashMap<>();
    private boolean leftOut;

    ZonePicture(String zone, TravelTimes travel, Duration handover) {
        this.zone = zone;
        this.travel = travel;
        this.handover = handover;
    }

    /** Starts afresh from what the database holds; positions that came in meanwhile stay. */
    void replace(List<DeliveryRow> deliveries, List<CourierRow> couriers) {
        open.clear();
        riders.clear();
        deliveries.forEach(this::put);
        couriers.forEach(this::put);
        leftOut = deliveries.size() >= DELIVERIES_MAX || couriers.size() >= RIDERS_MAX;
        positions.keySet().retainAll(riders.keySet());
    }

    void put(DeliveryRow row) {
        if (!row.stage().open()) {
            open.remove(row.id());
        } else if (open.size() < DELIVERIES_MAX || open.containsKey(row.id())) {
            open.put(row.id(), row);
        } else {
            leftOut = true;
        }
    }

    void put(CourierRow row) {
        if (!row.onShift() || !row.zone().equals(zone)) {
            riders.remove(row.id());
            positions.remove(row.id());
        } else if (riders.size() < RIDERS_MAX || riders.containsKey(row.id())) {
            riders.put(row.id(), row);
        } else {
            leftOut = true;
        }
    }

    /** @return whether that is news */
    boolean move(CourierPosition position) {
        CourierRow rider = riders.get(position.courier());
        if (rider == null || !position.newerThan(rider.latest(positions.get(position.courier())))) {
            return false;
        }
        positions.put(position.courier(), position);
        return true;
    }

    /** Whether something that was left out has room now. */
    boolean hasRoomForMore() {
        return leftOut && open.size() < DELIVERIES_MAX && riders.size() < RIDERS_MAX;
    }

    ZoneState state() {
        Map<Id<Courier>, List<Task>> asked = new HashMap<>();
        List<Task> tasks = new ArrayList<>();
        for (DeliveryRow row : open.values()) {
            Task task = row.task();
            tasks.add(task);
            if (task.offer() != null) {
                asked.computeIfAbsent(task.offer().courier(), courier -> new ArrayList<>())
                        .add(task);
            }
        }
        Map<Id<Courier>, List<Task>> held = held();
        return new ZoneState(
                tasks,
                riders.values().stream()
                        .map(row -> rider(
                                row, held.getOrDefault(row.id(), List.of()), asked.getOrDefault(row.id(), List.of())))
                        .toList());
    }

    private Rider rider(CourierRow row, List<Task> held, List<Task> asked) {
        CourierPosition latest = row.latest(positions.get(row.id()));
        return new Rider(row.id(), row.vehicle(), latest.place(), latest.receivedAt(), held, asked);
    }

    /** When the first offer expires. */
    Optional<Instant> nextExpiry() {
        return open.values().stream()
                .flatMap(row -> row.offer() == null
                        ? java.util.stream.Stream.of()
                        : java.util.stream.Stream.of(row.offer().expiresAt()))
                .min(Instant::compareTo);
    }

    /** The couriers who have not been heard of since then. */
    List<Id<Courier>> quietSince(Instant then, int limitMax) {
        return riders.values().stream()
                .filter(row -> row.latest(positions.get(row.id())).receivedAt().isBefore(then))
                .map(CourierRow::id)
                .limit(limitMax)
                .toList();
    }

    Collection<Id<Courier>> riders() {
        return riders.keySet();
    }

    boolean knows(Id<Delivery> delivery) {
        return open.containsKey(delivery);
    }

    @Nullable
    DeliveryRow delivery(Id<Delivery> id) {
        return open.get(id);
    }

    /** What the courier holds, in the order in which he accepted it. */
    List<DeliveryRow> heldBy(Id<Courier> courier) {
        return open.values().stream()
                .filter(row -> row.stage().held() && row.heldBy(courier))
                .sorted(Comparator.comparing(ZonePicture::assignedAt).thenComparing(DeliveryRow::id))
                .toList();
    }

    Delivery view(DeliveryRow row, Instant now) {
        CourierRow rider = row.courier() == null ? null : riders.get(row.courier());
        if (rider == null) {
            return row.view(null, null);
        }
        CourierPosition latest = rider.latest(positions.get(rider.id()));
        List<Task> held = heldBy(rider.id()).stream().map(DeliveryRow::task).toList();
        Integer seconds = Route.of(latest.place(), rider.vehicle(), held, now, travel, handover)
                .arrivalSeconds()
                .get(row.id());
        return row.view(latest.place(), seconds == null ? null : now.plusSeconds(seconds));
    }

    Courier view(CourierRow row) {
        return row.view(positions.get(row.id()));
    }

    @Nullable
    CourierRow rider(Id<Courier> courier) {
        return riders.get(courier);
    }

    private Map<Id<Courier>, List<Task>> held() {
        Map<Id<Courier>, List<DeliveryRow>> rows = new HashMap<>();
        for (DeliveryRow row : open.values()) {
            if (row.courier() != null) {
                rows.computeIfAbsent(row.courier(), courier -> new ArrayList<>())
                        .add(row);
            }
        }
        Map<Id<Courier>, List<Task>> held = new HashMap<>();
        rows.forEach((courier, mine) -> held.put(
                courier,
                mine.stream()
                        .sorted(Comparator.comparing(ZonePicture::assignedAt).thenComparing(DeliveryRow::id))
                        .map(DeliveryRow::task)
                        .toList()));
        return held;
    }

    private static Instant assignedAt(DeliveryRow row) {
        return row.assignedAt() == null ? Instant.MAX : row.assignedAt();
    }
}
