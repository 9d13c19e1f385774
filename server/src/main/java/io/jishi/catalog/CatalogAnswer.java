package io.jishi.catalog;

import io.jishi.core.Id;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the catalogue answers besides a {@link Product}. */
public sealed interface CatalogAnswer {
    record Products(List<Product> items, @Nullable Id<Product> next) implements CatalogAnswer {}

    record Movements(List<Movement> items, @Nullable Id<Movement> next) implements CatalogAnswer {}

    /**
     * What there is of a SKU after somebody has moved some of it.
     *
     * @param available in the location
     */
    record Stock(Id<Sku> skuId, Id<Location> locationId, int available) implements CatalogAnswer {}

    record Transferred(Stock from, Stock to) implements CatalogAnswer {}

    record Locations(List<Location> items, @Nullable Id<Location> next) implements CatalogAnswer {}

    /** @param next the SKU, or where one SKU was asked for the location, to ask for the next page after */
    record Levels(List<StockLevel> items, @Nullable Id<?> next) implements CatalogAnswer {}
}
