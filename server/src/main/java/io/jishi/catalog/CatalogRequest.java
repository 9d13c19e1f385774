package io.jishi.catalog;

import io.jishi.core.Check;
import io.jishi.core.Id;
import io.jishi.core.Invalid;
import io.jishi.core.LocalText;
import io.jishi.core.Place;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What clients ask of the catalogue. */
public sealed interface CatalogRequest {
    int SKUS_MAX = 50;
    int PAGE_MAX = 100;
    int PAGE_DEFAULT = 50;

    record Products(@Nullable Integer limit, @Nullable Id<Product> after) implements CatalogRequest {
        public Products {
            limit = pageSize(limit);
        }
    }

    record OneProduct(Id<Product> productId) implements CatalogRequest {
        public OneProduct {
            Check.present("productId", productId);
        }
    }

    record Create(
            LocalText name,
            @Nullable LocalText description,
            @Nullable String image,
            List<NewSku> skus) implements CatalogRequest {
        public Create {
            Check.present("name", name);
            image = image == null ? null : imageAddress(image);
            skus = List.copyOf(Check.present("skus", skus));
            Check.range("skus", skus.size(), 1, SKUS_MAX);
            Set<String> codes = new HashSet<>();
            if (!skus.stream().allMatch(sku -> codes.add(sku.code()))) {
                throw new Invalid("skus", "Each SKU of a product needs a code of its own.");
            }
        }
    }

    record NewSku(LocalText name, long priceMinor, String code) {
        private static final long PRICE_MINOR_MAX = 1_000_000_000_00L;

        public NewSku {
            Check.present("name", name);
            Check.range("priceMinor", priceMinor, 1, PRICE_MINOR_MAX);
            Check.key("code", code);
        }
    }

    /**
     * @param locationId the main warehouse where absent
     * @param key made by the client; repeated with it, the units are received once
     */
    record Receive(
            Id<Sku> skuId,
            int quantity,
            @Nullable String note,
            @Nullable Id<Location> locationId,
            @Nullable String key) implements CatalogRequest {
        public Receive {
            Check.present("skuId", skuId);
            Check.range("quantity", quantity, 1, Stock.AVAILABLE_MAX);
            note = note == null ? null : noteText(note);
            locationId = locationId == null ? Location.MAIN : locationId;
            key = key == null ? null : Check.key("key", key);
        }
    }

    /** @param quantity positive where more was found than was known of, negative where less */
    record Correct(Id<Sku> skuId, Id<Location> locationId, int quantity, String note, String key)
            implements CatalogRequest {
        public Correct {
            Check.present("skuId", skuId);
            Check.present("locationId", locationId);
            Check.range("quantity", quantity, -Stock.AVAILABLE_MAX, Stock.AVAILABLE_MAX);
            if (quantity == 0) {
                throw new Invalid("quantity", "The field quantity must not be 0.");
            }
            note = noteText(note);
            Check.key("key", key);
        }
    }

    record Transfer(
            Id<Sku> skuId,
            Id<Location> fromId,
            Id<Location> toId,
            int quantity,
            @Nullable String note,
            String key) implements CatalogRequest {
        public Transfer {
            Check.present("skuId", skuId);
            Check.present("fromId", fromId);
            Check.present("toId", toId);
            Check.range("quantity", quantity, 1, Stock.AVAILABLE_MAX);
            note = note == null ? null : noteText(note);
            Check.key("key", key);
        }
    }

    record Movements(
            Id<Sku> skuId,
            @Nullable Id<Location> locationId,
            @Nullable Integer limit,
            @Nullable Id<Movement> after) implements CatalogRequest {
        public Movements {
            Check.present("skuId", skuId);
            limit = pageSize(limit);
        }
    }

    record Locations(
            Location.@Nullable Kind kind,
            @Nullable Integer limit,
            @Nullable Id<Location> after) implements CatalogRequest {
        public Locations {
            limit = pageSize(limit);
        }
    }

    /** A shelf's location comes with the shelf. */
    record AddLocation(
            Location.Kind kind, LocalText name, @Nullable Place place) implements CatalogRequest {
        public AddLocation {
            Check.present("kind", kind);
            Check.present("name", name);
            if (kind == Location.Kind.SHELF) {
                throw new Invalid("kind", "A shelf is registered as a shelf; its location comes with it.");
            }
            if (kind == Location.Kind.COUNTER && place == null) {
                throw new Invalid("place", "Buyers need to know where a counter is.");
            }
        }
    }

    /**
     * Of a location all SKUs, or of a SKU all locations.
     *
     * @param after the SKU, or the location, that the last page ended with
     */
    record Levels(
            @Nullable Id<Location> locationId,
            @Nullable Id<Sku> skuId,
            @Nullable Integer limit,
            @Nullable Id<?> after) implements CatalogRequest {
        public Levels {
            if ((locationId == null) == (skuId == null)) {
                throw new Invalid("locationId", "Either locationId or skuId is required, and not both.");
            }
            limit = pageSize(limit);
        }
    }

    private static String noteText(String note) {
        return Check.text("note", note, 1, 200);
    }

    private static int pageSize(@Nullable Integer limit) {
        return limit == null ? PAGE_DEFAULT : Check.range("limit", limit, 1, PAGE_MAX);
    }

    private static String imageAddress(String image) {
        String text = Check.text("image", image, 1, 500);
        boolean path = text.startsWith("/") && !text.startsWith("//");
        if (!path && !text.startsWith("https://")) {
            throw new Invalid("image", "The field image must be an https address or an absolute path.");
        }
        return text;
    }
}
