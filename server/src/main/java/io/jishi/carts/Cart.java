package io.jishi.carts;

import io.jishi.catalog.Location;
import io.jishi.catalog.Product;
import io.jishi.catalog.Sku;
import io.jishi.core.Id;
import io.jishi.core.LocalText;
import java.util.List;

/**
 * What a buyer means to buy, at the prices of the moment.
 *
 * @param locationId where it was looked whether the units are there
 * @param totalMinor in fen
 */
public record Cart(List<Line> items, Id<Location> locationId, long totalMinor) {
    public Cart {
        items = List.copyOf(items);
    }

    static Cart of(List<Line> lines, Id<Location> location) {
        long total = lines.stream()
                .mapToLong(line -> Math.multiplyExact(line.unitPriceMinor(), line.quantity()))
                .reduce(0, Math::addExact);
        return new Cart(lines, location, total);
    }

    /**
     * Units of one SKU.
     *
     * @param available how many there are in the location; fewer than wanted, and the checkout is refused
     */
    public record Line(
            Id<Sku> skuId, Id<Product> productId, LocalText name, long unitPriceMinor, int quantity, int available) {}
}
