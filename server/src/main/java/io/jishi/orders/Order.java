package io.jishi.orders;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.jishi.accounts.User;
import io.jishi.catalog.Sku;
import io.jishi.core.Id;
import io.jishi.core.LocalText;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One purchase as its buyer sees it.
 *
 * @param buyerId whose it is; not sent, as nobody else hears of the order
 * @param saleId the flash sale that it was claimed in
 * @param unitPriceMinor in the minor unit of the currency
 * @param payBefore from this instant on it may expire
 * @param deliveryId once it is on its way
 */
public record Order(
        Id<Order> id,
        @JsonIgnore Id<User> buyerId,
        Id<?> saleId,
        Id<Sku> skuId,
        LocalText name,
        int quantity,
        long unitPriceMinor,
        String currency,
        OrderStage stage,
        Instant createdAt,
        Instant payBefore,
        @Nullable Instant paidAt,
        @Nullable Id<?> deliveryId) {

    @JsonProperty("totalMinor")
    public long totalMinor() {
        return Math.multiplyExact(unitPriceMinor, quantity);
    }
}
