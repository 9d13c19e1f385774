package io.jishi.catalog;

import io.jishi.core.Check;
import io.jishi.core.Id;
import io.jishi.core.Invalid;
import io.jishi.core.LocalText;
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

    record Receive(Id<Sku> skuId, int quantity, @Nullable String note) implements CatalogRequest {
        private static final int NOTE_CHARACTERS_MAX = 200;

        public Receive {
            Check.present("skuId", skuId);
            Check.range("quantity", quantity, 1, Catalog.AVAILABLE_MAX);
            note = note == null ? null : Check.text("note", note, 1, NOTE_CHARACTERS_MAX);
        }
    }

    record Movements(
            Id<Sku> skuId,
            @Nullable Integer limit,
            @Nullable Id<Movement> after) implements CatalogRequest {
        public Movements {
            Check.present("skuId", skuId);
            limit = pageSize(limit);
        }
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
