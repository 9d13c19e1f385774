package io.jishi.catalog;

import io.jishi.core.Id;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the catalogue answers besides a {@link Product}. */
public sealed interface CatalogAnswer {
    record Products(List<Product> items, @Nullable Id<Product> next) implements CatalogAnswer {}

    record Movements(List<Movement> items, @Nullable Id<Movement> next) implements CatalogAnswer {}

    record Stock(Id<Sku> skuId, int available) implements CatalogAnswer {}
}
