package io.jishi.orders;

import io.jishi.catalog.Sku;
import io.jishi.core.Id;
import io.jishi.core.LocalText;

/**
 * Units of one SKU in an order.
 *
 * @param unitPriceMinor in the minor unit of the order's currency, as it was when the order was made
 */
public record OrderLine(Id<Sku> skuId, LocalText name, int quantity, long unitPriceMinor) {
    public long amountMinor() {
        return Math.multiplyExact(unitPriceMinor, quantity);
    }
}
