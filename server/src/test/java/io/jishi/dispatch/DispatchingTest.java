package io.jishi.dispatch;

import static io.jishi.dispatch.TestCluster.near;
import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.core.Id;
import io.jishi.core.Place;
import io.jishi.core.Settings;
import io.jishi.dispatch.ZoneState.OpenOffer;
import io.jishi.dispatch.ZoneState.Rider;
import io.jishi.dispatch.ZoneState.Task;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DispatchingTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
    private static final Limits LIMITS = DispatchSettings.limits(
            Settings.defaults().with(DispatchSettings.OFFERS_MAX, 2).with(DispatchSettings.DELIVERIES_MAX, 3));
    private static final TravelTimes TRAVEL = new TravelTimes.StraightLine(1.35);
    private final Dispatching planner = new Dispatching(TRAVEL, LIMITS);

    static List<Long> seeds() {
        List<Long> seeds = new ArrayList<>(List.of(1L, 2L, 3L));
        Random fresh = new Random();
        for (int i = 0; i < 40; i++) {
            seeds.add(fresh.nextLong());
        }
        return seeds;
    }

    @ParameterizedTest(name = "[DI6] no plan breaks a hard rule, seed {0}")
    @MethodSource("seeds")
    void hardRules(long seed) {
        ZoneState state = randomState(new Random(seed));
        List<Decision.MakeOffer> plan = planner.plan(state, NOW);
        Map<Id<Courier>, Rider> riders = new HashMap<>();
        state.riders().forEach(rider -> riders.put(rider.id(), rider));
        Map<Id<Delivery>, Task> tasks = new HashMap<>();
        state.tasks().forEach(task -> tasks.put(task.id(), task));
        Map<Id<Courier>, Integer> offered = new HashMap<>();
        assertThat(plan).extracting(Decision.MakeOffer::delivery).doesNotHaveDuplicates();
        for (Decision.MakeOffer offer : plan) {
            Task task = tasks.get(offer.delivery());
            Rider rider = riders.get(offer.courier());
            int now = offered.merge(offer.courier(), 1, Integer::sum);
            assertThat(task.stage()).isEqualTo(DeliveryStage.WAITING);
            assertThat(rider.seenAt().plus(LIMITS.silent())).isAfterOrEqualTo(NOW);
            assertThat(rider.asked().size() + now).isLessThanOrEqualTo(LIMITS.offersPerCourierMax());
            assertThat(rider.held().size() + rider.asked().size() + now)
                    .isLessThanOrEqualTo(LIMITS.deliveriesPerCourierMax());
            Instant declined = task.declined().get(offer.courier());
            assertThat(declined == null || !declined.plus(LIMITS.reoffer()).isAfter(NOW))
                    .isTrue();
            assertThat(offer.expiresAt()).isEqualTo(NOW.plus(LIMITS.offer()));
        }
        assertThat(planner.plan(state, NOW)).as("deterministic").isEqualTo(plan);
    }

    @ParameterizedTest(
            name = "[DI7] the oldest delivery goes to who is at its pick-up soonest, load included, seed {0}")
    @MethodSource("seeds")
    void soonest(long seed) {
        ZoneState state = randomState(new Random(seed));
        Task oldest = state.tasks().stream()
                .filter(task -> task.stage() == DeliveryStage.WAITING)
                .findFirst()
                .orElseThrow();
        ZoneState alone = new ZoneState(List.of(oldest), state.riders());
        Rider best = state.riders().stream()
                .filter(rider -> !rider.seenAt().plus(LIMITS.silent()).isBefore(NOW))
                .filter(rider -> rider.asked().size() < 2
                        && rider.asked().size() + rider.held().size() < 3)
                .filter(rider -> !oldest.declined()
                        .getOrDefault(rider.id(), Instant.EPOCH)
                        .plus(LIMITS.reoffer())
                        .isAfter(NOW))
                .min(Comparator.comparingInt((Rider rider) -> arrival(rider, oldest))
                        .thenComparing(Rider::id))
                .orElse(null);
        List<Decision.MakeOffer> plan = planner.plan(alone, NOW);
        if (best == null) {
            assertThat(plan).isEmpty();
        } else {
            assertThat(plan).singleElement().satisfies(offer -> {
                assertThat(offer.courier()).isEqualTo(best.id());
                assertThat(offer.travelSeconds())
                        .isEqualTo(arrival(best, oldest)
                                + 60
                                + TRAVEL.seconds(oldest.pickup(), oldest.dropoff(), best.vehicle()));
            });
            assertThat(planner.plan(state, NOW).get(0)).isEqualTo(plan.get(0));
        }
    }

    @Test
    @DisplayName("[DI7] a courier next door with a full bag waits behind a free one further away")
    void loadCounts() {
        Task held = task(1, DeliveryStage.ASSIGNED, near(5000, 0), near(9000, 0), Id.of(1), null, Map.of());
        Task waiting = task(2, DeliveryStage.WAITING, near(0, 0), near(500, 0), null, null, Map.of());
        Rider near = new Rider(Id.of(1), Vehicle.EBIKE, near(0, 10), NOW, List.of(held), List.of());
        Rider far = new Rider(Id.of(2), Vehicle.EBIKE, near(0, 2000), NOW, List.of(), List.of());
        assertThat(planner.plan(new ZoneState(List.of(held, waiting), List.of(near, far)), NOW))
                .extracting(Decision.MakeOffer::courier)
                .containsExactly(Id.of(2));
    }

    @Test
    @DisplayName("[DI30] nobody is asked before he would have to leave to be there when the goods are ready")
    void notTooEarly() {
        Rider rider = new Rider(Id.of(1), Vehicle.EBIKE, near(0, 0), NOW, List.of(), List.of());
        int way = TRAVEL.seconds(near(0, 0), near(1000, 0), Vehicle.EBIKE);
        Instant leaveAt = NOW.plusSeconds(900 - way);
        Task later = new Task(
                Id.of(2),
                DeliveryStage.WAITING,
                near(1000, 0),
                near(2000, 0),
                NOW,
                NOW.plusSeconds(900),
                null,
                null,
                Map.of());
        ZoneState state = new ZoneState(List.of(later), List.of(rider));
        Dispatching patient = new Dispatching(
                TRAVEL, DispatchSettings.limits(Settings.defaults().with(DispatchSettings.SILENT_SECONDS, 3600)));
        Instant askAt = leaveAt.minus(LIMITS.offer());
        assertThat(patient.plan(state, askAt.minusSeconds(1))).isEmpty();
        assertThat(patient.plan(state, askAt))
                .singleElement()
                .satisfies(offer -> assertThat(offer.travelSeconds())
                        .isEqualTo(way + 20 + 60 + TRAVEL.seconds(near(1000, 0), near(2000, 0), Vehicle.EBIKE)));
    }

    @Test
    @DisplayName("[DI6] one call makes at most 200 offers and leaves the rest to the next")
    void bounded() {
        List<Task> tasks = new ArrayList<>();
        List<Rider> riders = new ArrayList<>();
        for (int i = 1; i <= 300; i++) {
            tasks.add(task(i, DeliveryStage.WAITING, near(i, 0), near(0, i), null, null, Map.of()));
            riders.add(new Rider(Id.of(i), Vehicle.CAR, near(i, i), NOW, List.of(), List.of()));
        }
        assertThat(planner.plan(new ZoneState(tasks, riders), NOW)).hasSize(200);
    }

    /** By the book, without the planner's own route. */
    private static int arrival(Rider rider, Task task) {
        Place at = rider.place();
        int seconds = 0;
        List<Task> load = new ArrayList<>();
        rider.held().stream().filter(t -> t.stage() == DeliveryStage.PICKED_UP).forEach(load::add);
        rider.held().stream().filter(t -> t.stage() != DeliveryStage.PICKED_UP).forEach(load::add);
        load.addAll(rider.asked());
        for (Task each : load) {
            if (each.stage() != DeliveryStage.PICKED_UP) {
                seconds += TRAVEL.seconds(at, each.pickup(), rider.vehicle()) + 60;
                at = each.pickup();
            }
            seconds += TRAVEL.seconds(at, each.dropoff(), rider.vehicle()) + 60;
            at = each.dropoff();
        }
        return seconds + TRAVEL.seconds(at, task.pickup(), rider.vehicle());
    }

    static ZoneState randomState(RandomGenerator random) {
        List<Task> tasks = new ArrayList<>();
        List<Rider> riders = new ArrayList<>();
        long nextTask = 1;
        for (int courier = 1; courier <= 1 + random.nextInt(12); courier++) {
            List<Task> held = new ArrayList<>();
            List<Task> asked = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                DeliveryStage stage = random.nextBoolean() ? DeliveryStage.ASSIGNED : DeliveryStage.PICKED_UP;
                held.add(task(nextTask++, stage, place(random), place(random), Id.of(courier), null, Map.of()));
            }
            for (int i = random.nextInt(2); i > 0; i--) {
                OpenOffer offer = new OpenOffer(Id.of(nextTask), Id.of(courier), NOW.plusSeconds(5));
                asked.add(task(nextTask++, DeliveryStage.OFFERED, place(random), place(random), null, offer, Map.of()));
            }
            tasks.addAll(held);
            tasks.addAll(asked);
            Vehicle vehicle = Vehicle.values()[random.nextInt(Vehicle.values().length)];
            riders.add(new Rider(
                    Id.of(courier), vehicle, place(random), NOW.minusSeconds(random.nextInt(100)), held, asked));
        }
        for (int i = 1 + random.nextInt(15); i > 0; i--) {
            Map<Id<Courier>, Instant> declined = new HashMap<>();
            for (int d = random.nextInt(3); d > 0; d--) {
                declined.put(Id.of(1 + random.nextInt(12)), NOW.minusSeconds(random.nextInt(240)));
            }
            tasks.add(task(nextTask++, DeliveryStage.WAITING, place(random), place(random), null, null, declined));
        }
        assertThat(new HashSet<>(tasks)).hasSameSizeAs(tasks);
        return new ZoneState(tasks, riders);
    }

    private static Place place(RandomGenerator random) {
        return near(random.nextInt(10_000), random.nextInt(10_000));
    }

    static Task task(
            long id,
            DeliveryStage stage,
            Place pickup,
            Place dropoff,
            Id<Courier> courier,
            OpenOffer offer,
            Map<Id<Courier>, Instant> declined) {
        return new Task(Id.of(id), stage, pickup, dropoff, NOW, NOW, courier, offer, declined);
    }
}
