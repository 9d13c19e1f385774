package io.jishi.flashsales;

import io.jishi.catalog.Sku;
import io.jishi.core.Check;
import io.jishi.core.Id;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What clients ask about flash sales. */
public sealed interface FlashSaleRequest {
    int PAGE_MAX = 100;
    int PAGE_DEFAULT = 50;
    int PER_BUYER_MAX = 100;

    record Start(
            @Nullable Id<?> roomId,
            Id<Sku> skuId,
            long priceMinor,
            int quantity,
            int perBuyerLimit,
            int countdownSeconds,
            int durationSeconds,
            int reservationSeconds)
            implements FlashSaleRequest {
        private static final long PRICE_MINOR_MAX = 1_000_000_000_00L;

        public Start {
            Check.present("skuId", skuId);
            Check.range("priceMinor", priceMinor, 1, PRICE_MINOR_MAX);
            Check.range("quantity", quantity, 1, 1_000_000);
            Check.range("perBuyerLimit", perBuyerLimit, 1, PER_BUYER_MAX);
            Check.range("countdownSeconds", countdownSeconds, 0, 300);
            Check.range("durationSeconds", durationSeconds, 10, 86_400);
            Check.range("reservationSeconds", reservationSeconds, 5, 3_600);
        }
    }

    record Stop(Id<Sale> saleId) implements FlashSaleRequest {
        public Stop {
            Check.present("saleId", saleId);
        }
    }

    record Get(Id<Sale> saleId) implements FlashSaleRequest {
        public Get {
            Check.present("saleId", saleId);
        }
    }

    record ListSales(
            @Nullable Id<?> roomId,
            @Nullable Integer limit,
            @Nullable Id<Sale> after) implements FlashSaleRequest {
        public ListSales {
            limit = limit == null ? PAGE_DEFAULT : Check.range("limit", limit, 1, PAGE_MAX);
        }
    }

    /** @param key made by the client for this purchase; repeating the claim with it never buys a second time */
    record Claim(Id<Sale> saleId, int quantity, String key) implements FlashSaleRequest {
        public Claim {
            Check.present("saleId", saleId);
            Check.range("quantity", quantity, 1, PER_BUYER_MAX);
            Check.key("key", key);
        }
    }

    /** One page of sales, newest first. */
    record Page(List<Sale> items, @Nullable Id<Sale> next) {}

    /** What a room hears when one of its sales appears. */
    record Announcement(String type, Sale sale) {
        Announcement(Sale sale) {
            this("sale", sale);
        }
    }
}
