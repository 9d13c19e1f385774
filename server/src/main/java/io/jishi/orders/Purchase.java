package io.jishi.orders;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.jishi.catalog.Location;
import io.jishi.core.Id;
import java.util.List;
import java.util.Optional;

/**
 * What an order has that is of no flash sale.
 *
 * @param locationId where the units were taken out of, and where the buyer fetches them if he does
 */
public record Purchase(@JsonProperty("lines") List<OrderLine> lines, Fulfilment fulfilment, Id<Location> locationId) {
    public Purchase {
        lines = List.copyOf(lines);
    }

    /**
     * Why it cannot be paid like that.
     *
     * @param somewhere whether the buyer says where to bring it
     */
    Optional<OrderRefusal> refusal(boolean somewhere) {
        return switch (fulfilment) {
            case DELIVERY -> somewhere ? Optional.empty() : Optional.of(OrderRefusal.DESTINATION_NEEDED);
            case PICKUP -> somewhere ? Optional.of(OrderRefusal.FETCHED_BY_BUYER) : Optional.empty();
        };
    }

    long totalMinor() {
        return lines.stream().mapToLong(OrderLine::amountMinor).reduce(0, Math::addExact);
    }

    public int units() {
        return lines.stream().mapToInt(OrderLine::quantity).sum();
    }
}
