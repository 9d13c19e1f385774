package io.jishi.shelves;

import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.core.Id;
import io.jishi.core.LocalText;
import io.jishi.core.Place;
import io.jishi.shelves.ShelfRules.Decision;
import io.jishi.shelves.Telemetry.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ShelfRulesTest {
    static final Instant START = Instant.ofEpochSecond(1_800_000_000);
    static final ShelfRules.Limits LIMITS =
            new ShelfRules.Limits(Duration.ofMinutes(5), Duration.ofSeconds(60), Duration.ofMinutes(30));

    private long alertIds;
    private final Supplier<Id<Alert>> ids = () -> Id.of(++alertIds);
    private long sequence;

    static ShelfRow row() {
        LocalText name = new LocalText("茶", "Tea");
        TreeMap<Integer, ShelfRow.Slot> slots = new TreeMap<>();
        slots.put(1, new ShelfRow.Slot(1, Id.of(7), name, 20, 500, 5));
        slots.put(2, new ShelfRow.Slot(2, Id.of(8), name, 3, 100, 2));
        return new ShelfRow(Id.of(1), Id.of(2), name, "tower-1", new Place(31, 121), 8.0, slots);
    }

    private static ShelfState shelf() {
        return ShelfState.unknown(row());
    }

    private Telemetry message(Kind kind, int slot, double value, Instant happened, Instant arrived) {
        return new Telemetry(Id.of(1), Id.of(2), "boot", ++sequence, kind, slot, value, happened, arrived);
    }

    private Telemetry now(Kind kind, int slot, double value, long second) {
        Instant at = START.plusSeconds(second);
        return message(kind, slot, value, at, at);
    }

    private Decision read(ShelfState shelf, Telemetry message) {
        return ShelfRules.read(shelf, message, LIMITS, ids);
    }

    /** Applies messages one after the other; the changes of all. */
    private Decision readAll(ShelfState shelf, List<Telemetry> messages) {
        List<Alert> changes = new ArrayList<>();
        ShelfState now = shelf;
        for (Telemetry message : messages) {
            Decision decision = read(now, message);
            now = decision.shelf();
            changes.addAll(decision.changes());
        }
        return new Decision(now, changes);
    }

    @Test
    @DisplayName("[SH5] a weight counts as the units that it is near; a weight between units says nothing")
    void units() {
        assertThat(ShelfRules.units(2_510, 500)).isEqualTo(OptionalInt.of(5));
        assertThat(ShelfRules.units(2_380, 500)).isEqualTo(OptionalInt.of(5));
        assertThat(ShelfRules.units(2_250, 500)).isEmpty();
        assertThat(ShelfRules.units(-60, 500)).isEqualTo(OptionalInt.of(0));
        assertThat(ShelfRules.units(-400, 500)).isEmpty();
        ShelfState five = read(shelf(), now(Kind.WEIGHT, 1, 2_500, 1)).shelf();
        assertThat(read(five, now(Kind.WEIGHT, 1, 2_250, 2))
                        .shelf()
                        .view()
                        .slots()
                        .getFirst()
                        .count())
                .isEqualTo(5);
    }

    @Test
    @DisplayName("[SH5] whatever the unit weighs, a noise below a quarter of it does not change the count")
    void unitsWithNoise() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            int unitGrams = 1 + random.nextInt(5_000);
            int units = random.nextInt(100);
            double noise = (random.nextDouble() - 0.5) * 0.499 * unitGrams;
            assertThat(ShelfRules.units(units * (double) unitGrams + noise, unitGrams))
                    .as("seed %d", seed)
                    .isEqualTo(OptionalInt.of(units));
        }
    }

    @Test
    @DisplayName(
            "[SH4] the twin has the latest reading of each thing by device time; the order of arrival is no matter")
    void orderIsNoMatter() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            List<Telemetry> messages = randomMessages(random, 30);
            TwinState straight = readAll(shelf(), messages).shelf().twin();
            List<Telemetry> shuffled = new ArrayList<>(messages);
            shuffled.addAll(messages.subList(0, random.nextInt(messages.size())));
            Collections.shuffle(shuffled, random);
            assertThat(readAll(shelf(), shuffled).shelf().twin())
                    .as("seed %d", seed)
                    .isEqualTo(straight);
        }
    }

    private List<Telemetry> randomMessages(Random random, int count) {
        List<Telemetry> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Kind kind = Kind.values()[random.nextInt(4)];
            int slot = kind.isOfSlot() ? 1 + random.nextInt(2) : 0;
            double value = switch (kind) {
                case WEIGHT -> random.nextInt(10_000);
                case STOCK -> random.nextInt(20);
                case TEMPERATURE -> random.nextInt(20);
                case DOOR -> random.nextInt(2);
            };
            Instant happened = START.plusSeconds(random.nextInt(10));
            Instant arrived = happened.plusSeconds(random.nextInt(20) - 5);
            String boot = "boot-" + random.nextInt(3);
            messages.add(new Telemetry(Id.of(1), Id.of(2), boot, 1 + i, kind, slot, value, happened, arrived));
        }
        return messages;
    }

    @Test
    @DisplayName("[SH4] a device clock that runs ahead counts as the time of arrival")
    void clockAhead() {
        Telemetry ahead = message(Kind.TEMPERATURE, 0, 3, START.plusSeconds(86_400), START);
        ShelfState cold = read(shelf(), ahead).shelf();
        assertThat(cold.view().reportedAt()).isEqualTo(START);
        assertThat(read(cold, now(Kind.TEMPERATURE, 0, 4, 1)).shelf().view().temperatureCelsius())
                .isEqualTo(4);
    }

    @Test
    @DisplayName(
            "[SH6] low stock opens at its edge and closes a fifth above it, at least one unit, at most the capacity")
    void lowStock() {
        ShelfState full = read(shelf(), now(Kind.STOCK, 1, 20, 1)).shelf();
        Decision low = read(full, now(Kind.STOCK, 1, 5, 2));
        assertThat(low.changes()).singleElement().satisfies(alert -> {
            assertThat(alert.kind()).isEqualTo(AlertKind.LOW_STOCK);
            assertThat(alert.slot()).isEqualTo(1);
            assertThat(alert.value()).isEqualTo(5);
            assertThat(alert.openedAt()).isEqualTo(START.plusSeconds(2));
            assertThat(alert.closedAt()).isNull();
        });
        Decision edge = read(low.shelf(), now(Kind.WEIGHT, 1, 5 * 500, 3));
        assertThat(edge.changes()).isEmpty();
        Decision filled = read(edge.shelf(), now(Kind.STOCK, 1, 6, 4));
        assertThat(filled.changes()).singleElement().extracting(Alert::closedAt).isEqualTo(START.plusSeconds(4));
        assertThat(filled.shelf().open()).isEmpty();
        ShelfRow.Slot small = row().slots().get(2);
        assertThat(ShelfRules.enough(small)).isEqualTo(3);
        assertThat(ShelfRules.enough(new ShelfRow.Slot(1, Id.of(1), small.name(), 100, 1, 50)))
                .isEqualTo(60);
    }

    @Test
    @DisplayName("[SH6] the temperature alert opens above its limit and closes a degree below it")
    void temperature() {
        Decision edge = read(shelf(), now(Kind.TEMPERATURE, 0, 8.0, 1));
        assertThat(edge.changes()).isEmpty();
        Decision warm = read(edge.shelf(), now(Kind.TEMPERATURE, 0, 8.1, 2));
        assertThat(warm.changes()).singleElement().extracting(Alert::kind).isEqualTo(AlertKind.TEMPERATURE);
        Decision cooling = read(warm.shelf(), now(Kind.TEMPERATURE, 0, 7.1, 3));
        assertThat(cooling.changes()).isEmpty();
        assertThat(read(cooling.shelf(), now(Kind.TEMPERATURE, 0, 7.0, 4)).changes())
                .singleElement()
                .extracting(Alert::closedAt)
                .isNotNull();
    }

    @Test
    @DisplayName("[SH6] a value that trembles on the edge opens one alert and no more")
    void noFlapping() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<Telemetry> messages = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            messages.add(now(Kind.TEMPERATURE, 0, 8.0 + (random.nextDouble() - 0.5), i));
            messages.add(now(Kind.WEIGHT, 1, 5 * 500 + (random.nextDouble() - 0.5) * 400, i));
        }
        List<Alert> changes = readAll(shelf(), messages).changes();
        assertThat(changes).as("seed %d", seed).hasSize(2).allMatch(alert -> alert.closedAt() == null);
    }

    @Test
    @DisplayName("[SH7] history opens no alert, though it tells the twin; history that says it is over closes one")
    void history() {
        Instant arrived = START.plusSeconds(10_000);
        Decision old = read(shelf(), message(Kind.TEMPERATURE, 0, 30, START, arrived));
        assertThat(old.changes()).isEmpty();
        assertThat(old.shelf().view().temperatureCelsius()).isEqualTo(30);
        Decision warm = read(shelf(), now(Kind.TEMPERATURE, 0, 30, 1));
        Decision over = read(warm.shelf(), message(Kind.TEMPERATURE, 0, 3, START.plusSeconds(2), arrived));
        assertThat(over.changes()).singleElement().extracting(Alert::closedAt).isEqualTo(START.plusSeconds(2));
    }

    @Test
    @DisplayName("[SH7] what is older than the twin neither opens nor closes an alert")
    void olderThanTwin() {
        ShelfState cold = read(shelf(), now(Kind.TEMPERATURE, 0, 3, 10)).shelf();
        Decision late = read(cold, message(Kind.TEMPERATURE, 0, 30, START, START.plusSeconds(11)));
        assertThat(late.changes()).isEmpty();
        assertThat(late.shelf().view().temperatureCelsius()).isEqualTo(3);
        ShelfState warm = read(shelf(), now(Kind.TEMPERATURE, 0, 30, 10)).shelf();
        assertThat(read(warm, message(Kind.TEMPERATURE, 0, 3, START, START.plusSeconds(11)))
                        .changes())
                .isEmpty();
    }

    @Test
    @DisplayName("[SH8] a shelf that is silent for too long is offline, until it speaks; one that never spoke is not")
    void offline() {
        assertThat(silent(shelf(), 1_000, 0).changes()).isEmpty();
        ShelfState spoke = read(shelf(), now(Kind.DOOR, 0, 0, 0)).shelf();
        assertThat(spoke.isOnline()).isTrue();
        assertThat(silent(spoke, 59, 0).changes()).isEmpty();
        Decision gone = silent(spoke, 60, 0);
        assertThat(gone.changes()).singleElement().satisfies(alert -> {
            assertThat(alert.kind()).isEqualTo(AlertKind.OFFLINE);
            assertThat(alert.value()).isEqualTo(60);
        });
        assertThat(gone.shelf().isOnline()).isFalse();
        assertThat(silent(gone.shelf(), 61, 0).changes()).isEmpty();
        Decision back = read(gone.shelf(), now(Kind.DOOR, 0, 0, 70));
        assertThat(back.changes()).singleElement().extracting(Alert::closedAt).isEqualTo(START.plusSeconds(70));
        assertThat(back.shelf().isOnline()).isTrue();
    }

    @Test
    @DisplayName("[SH8] silence counts only while somebody listened")
    void nobodyListened() {
        ShelfState spoke = read(shelf(), now(Kind.DOOR, 0, 0, 0)).shelf();
        assertThat(silent(spoke, 100, 50).changes()).isEmpty();
        assertThat(silent(spoke, 110, 50).changes()).hasSize(1);
    }

    private Decision silent(ShelfState shelf, long second, long listeningSince) {
        return ShelfRules.silent(shelf, START.plusSeconds(second), START.plusSeconds(listeningSince), LIMITS, ids);
    }

    @Test
    @DisplayName("[SH9] what is low is asked for once, and again only after long, or when it was filled meanwhile")
    void restock() {
        Instant now = START.plusSeconds(10);
        ShelfState full = read(shelf(), now(Kind.STOCK, 1, 20, 1)).shelf();
        assertThat(ShelfRules.needsRestock(full, now, LIMITS)).isFalse();
        ShelfState low = read(full, now(Kind.STOCK, 1, 1, 2)).shelf();
        assertThat(ShelfRules.needsRestock(low, now, LIMITS)).isTrue();
        ShelfState asked = low.restockAsked(now);
        assertThat(ShelfRules.needsRestock(asked, now.plusSeconds(1_799), LIMITS))
                .isFalse();
        assertThat(ShelfRules.needsRestock(asked, now.plusSeconds(1_800), LIMITS))
                .isTrue();
        ShelfState alsoLow = read(asked, now(Kind.STOCK, 2, 0, 3)).shelf();
        assertThat(ShelfRules.needsRestock(alsoLow, now, LIMITS)).isFalse();
        ShelfState filled = readAll(alsoLow, List.of(now(Kind.STOCK, 1, 20, 4), now(Kind.STOCK, 2, 3, 4)))
                .shelf();
        assertThat(ShelfRules.needsRestock(
                        read(filled, now(Kind.STOCK, 1, 0, 5)).shelf(), now, LIMITS))
                .isTrue();
    }

    @Test
    @DisplayName("[SH3] the shards are even enough that every node has its share")
    void shards() {
        int[] counts = new int[ShelfRow.SHARDS];
        io.jishi.core.Ids made = new io.jishi.core.Ids(java.time.InstantSource.fixed(START), 3);
        for (int i = 0; i < 8_000; i++) {
            counts[ShelfRow.shard(made.next())]++;
        }
        assertThat(counts).doesNotContain(0);
        for (int count : counts) {
            assertThat(count).isBetween(500, 1_500);
        }
    }
}
