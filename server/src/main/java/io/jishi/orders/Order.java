package io.jishi.orders;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.jishi.accounts.User;
import io.jishi.catalog.Sku;
import io.jishi.core.Id;
import io.jishi.core.LocalText;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One purchase as its buyer sees it.
 *
 * @param buyerId whose it is; not sent, as nobody else hears of the order
 * @param saleId the flash sale that it was claimed in; null where it is of none
 * @param skuId what it is of; null where the lines say it
 * @param quantity units, of all lines together
 * @param unitPriceMinor in the minor unit of the currency; null where the lines say it
 * @param payBefore from this instant on it may expire
 * @param deliveryId once it is on its way
 * @param purchase what it consists of, where it is of no flash sale
 */
public record Order(
        Id<Order> id,
        @JsonIgnore Id<User> buyerId,
        @Nullable Id<?> saleId,
        @Nullable Id<Sku> skuId,
        LocalText name,
        int quantity,
        @Nullable Long unitPriceMinor,
        String currency,
        OrderStage stage,
        Instant createdAt,
        Instant payBefore,
        @Nullable Instant paidAt,
        @Nullable Id<?> deliveryId,
        @JsonUnwrapped @Nullable Purchase purchase) {

    /** Of a flash sale. */
    public Order(
            Id<Order> id,
            Id<User> buyerId,
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
        this(
                id,
                buyerId,
                saleId,
                skuId,
                name,
                quantity,
                unitPriceMinor,
                currency,
                stage,
                createdAt,
                payBefore,
                paidAt,
                deliveryId,
                null);
    }

    @JsonProperty("totalMinor")
    public long totalMinor() {
        return purchase != null
                ? purchase.totalMinor()
                : Math.multiplyExact(Objects.requireNonNull(unitPriceMinor), quantity);
    }

    /** What it consists of, whatever it is of. */
    public List<OrderLine> goods() {
        return purchase != null
                ? purchase.lines()
                : List.of(new OrderLine(
                        Objects.requireNonNull(skuId), name, quantity, Objects.requireNonNull(unitPriceMinor)));
    }
}
