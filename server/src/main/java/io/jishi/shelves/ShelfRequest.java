package io.jishi.shelves;

import io.jishi.core.Check;
import io.jishi.core.Id;
import io.jishi.core.Invalid;
import io.jishi.core.LocalText;
import io.jishi.core.Place;
import io.jishi.shelves.Telemetry.Kind;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is asked of the shelves. The constructors refuse what is out of shape. */
sealed interface ShelfRequest {
    int SLOTS_MAX = 64;
    int MESSAGES_MAX = 200;
    int COUNT_MAX = 100_000;
    int GRAMS_MAX = 1_000_000;
    double CELSIUS_MIN = -100;
    double CELSIUS_MAX = 200;
    long SEQUENCE_MAX = 1L << 53;
    int LIST_LIMIT_MAX = 100;
    int LIST_LIMIT_DEFAULT = 50;
    long AT_MIN = Instant.parse("2020-01-01T00:00:00Z").toEpochMilli();
    long AT_MAX = Instant.parse("2100-01-01T00:00:00Z").toEpochMilli();

    /** @param group names a channel, so it has the characters of a key */
    record Register(
            LocalText name,
            String group,
            Place place,
            List<Slot> slots,
            @Nullable Double temperatureMaxCelsius) implements ShelfRequest {
        public Register {
            Check.present("name", name);
            Check.key("group", group);
            Check.present("place", place);
            slots = elements("slots", slots);
            Check.range("slots", slots.size(), 1, SLOTS_MAX);
            Set<Integer> numbers = new HashSet<>();
            slots.forEach(slot -> numbers.add(slot.slot()));
            if (numbers.size() < slots.size()) {
                throw new Invalid("slots", "The field slots must not name a slot twice.");
            }
            if (temperatureMaxCelsius != null) {
                Check.range("temperatureMaxCelsius", temperatureMaxCelsius, CELSIUS_MIN, CELSIUS_MAX);
            }
        }
    }

    /** @param lowStock at this count or below, the slot is low */
    record Slot(int slot, Id<?> skuId, int capacity, int unitGrams, int lowStock) {
        public Slot {
            Check.range("slot", slot, 1, SLOTS_MAX);
            Check.present("skuId", skuId);
            Check.range("capacity", capacity, 1, COUNT_MAX);
            Check.range("unitGrams", unitGrams, 1, GRAMS_MAX);
            Check.range("lowStock", lowStock, 0, capacity - 1);
        }
    }

    /** @param boot chosen by the device each time it starts; sequences begin at 1 with each */
    record Report(String boot, List<Message> messages) implements ShelfRequest {
        public Report {
            Check.key("boot", boot);
            messages = elements("messages", messages);
            Check.range("messages", messages.size(), 1, MESSAGES_MAX);
        }
    }

    record Message(
            long sequence, Instant at, Kind kind, @Nullable Integer slot, double value) {
        public Message {
            Check.range("sequence", sequence, 1, SEQUENCE_MAX);
            Check.range("at", Check.present("at", at).toEpochMilli(), AT_MIN, AT_MAX);
            if (Check.present("kind", kind).isOfSlot() != (slot != null)) {
                throw new Invalid("slot", "The field slot belongs to weight and stock, and to nothing else.");
            }
            if (slot != null) {
                Check.range("slot", slot, 1, SLOTS_MAX);
            }
            checkValue(kind, value);
        }

        private static void checkValue(Kind kind, double value) {
            switch (kind) {
                case WEIGHT -> Check.range("value", value, -GRAMS_MAX, GRAMS_MAX);
                case STOCK -> whole(Check.range("value", value, 0, COUNT_MAX));
                case TEMPERATURE -> Check.range("value", value, CELSIUS_MIN, CELSIUS_MAX);
                case DOOR -> whole(Check.range("value", value, 0, 1));
            }
        }

        private static void whole(double value) {
            if (value != Math.rint(value)) {
                throw new Invalid("value", "The field value must be a whole number for stock and door.");
            }
        }
    }

    record Get(Id<Shelf> shelfId) implements ShelfRequest {
        public Get {
            Check.present("shelfId", shelfId);
        }
    }

    record ListShelves(
            @Nullable String group,
            @Nullable Integer limit,
            @Nullable Id<Shelf> after) implements ShelfRequest {
        public ListShelves {
            if (group != null) {
                Check.key("group", group);
            }
            limit = limitOf(limit);
        }

        int limitOrDefault() {
            return limitOf(limit);
        }
    }

    /** @param open null for all */
    record ListAlerts(
            @Nullable Boolean open,
            @Nullable Integer limit,
            @Nullable Id<Alert> after) implements ShelfRequest {
        public ListAlerts {
            limit = limitOf(limit);
        }

        int limitOrDefault() {
            return limitOf(limit);
        }
    }

    private static <T> List<T> elements(String field, @Nullable List<T> list) {
        Check.present(field, list).forEach(element -> Check.present(field, element));
        return List.copyOf(list);
    }

    private static int limitOf(@Nullable Integer limit) {
        return limit == null ? LIST_LIMIT_DEFAULT : Check.range("limit", limit, 1, LIST_LIMIT_MAX);
    }
}
