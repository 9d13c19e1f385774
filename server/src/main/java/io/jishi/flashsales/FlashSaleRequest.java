package io.jishi.flashsales;

import io.jishi.accounts.User;
import io.jishi.catalog.Location;
import io.jishi.catalog.Sku;
import io.jishi.core.Check;
import io.jishi.core.Id;
import io.jishi.core.Invalid;
import io.jishi.core.LocalText;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What clients ask about flash sales. */
public sealed interface FlashSaleRequest {
    int PAGE_MAX = 100;
    int PAGE_DEFAULT = 50;
    int PER_BUYER_MAX = 100;
    int INVITED_MAX = 1_000;

    /**
     * @param countdownSeconds how soon it opens; at once where neither this nor the next is said
     * @param opensAt when it opens, by the clock of the server
     * @param audience who may claim; everybody where nothing is said
     * @param invited who may, where it is for a list
     * @param locationId where the units come from; the main warehouse where absent
     * @param entry how they come in; each as it comes where nothing is said
     * @param key made by the client for this sale; repeated with it, it is started once
     */
    record Start(
            @Nullable Id<?> roomId,
            Id<Sku> skuId,
            long priceMinor,
            int quantity,
            int perBuyerLimit,
            @Nullable Integer countdownSeconds,
            @Nullable Instant opensAt,
            int durationSeconds,
            int reservationSeconds,
            @Nullable Audience audience,
            @Nullable List<Id<User>> invited,
            @Nullable Id<Location> locationId,
            @Nullable Entry entry,
            @Nullable String key)
            implements FlashSaleRequest {
        private static final long PRICE_MINOR_MAX = 1_000_000_000_00L;

        public Start {
            Check.present("skuId", skuId);
            Check.range("priceMinor", priceMinor, 1, PRICE_MINOR_MAX);
            Check.range("quantity", quantity, 1, FlashSale.QUANTITY_MAX);
            Check.range("perBuyerLimit", perBuyerLimit, 1, PER_BUYER_MAX);
            if (countdownSeconds != null && opensAt != null) {
                throw new Invalid("countdownSeconds", "Either countdownSeconds or opensAt may be said, and not both.");
            }
            Check.range("countdownSeconds", countdownSeconds == null ? 10 : countdownSeconds, 10, 300);
            audience = audience == null ? Audience.ALL : audience;
            invited = invited == null ? null : List.copyOf(invited);
            if ((audience == Audience.LIST) == (invited == null)) {
                throw new Invalid("invited", "Who is invited is said where the audience is a list, and only there.");
            }
            Check.range("invited", invited == null ? 1 : invited.size(), 1, INVITED_MAX);
            Check.range("durationSeconds", durationSeconds, 10, 86_400);
            Check.range("reservationSeconds", reservationSeconds, 5, 3_600);
            if (key != null) {
                Check.key("key", key);
            }
        }

        /** For everybody, after a countdown; at once where that is 0. */
        public Start(
                @Nullable Id<?> roomId,
                Id<Sku> skuId,
                long priceMinor,
                int quantity,
                int perBuyerLimit,
                int countdownSeconds,
                int durationSeconds,
                int reservationSeconds) {
            this(
                    roomId,
                    skuId,
                    priceMinor,
                    quantity,
                    perBuyerLimit,
                    countdownSeconds == 0 ? null : countdownSeconds,
                    null,
                    durationSeconds,
                    reservationSeconds,
                    null,
                    null,
                    null,
                    null,
                    null);
        }

        Instant opensAt(Instant now) {
            return opensAt != null ? opensAt : now.plusSeconds(countdownSeconds == null ? 0 : countdownSeconds);
        }

        Id<Location> location() {
            return locationId == null ? Location.MAIN : locationId;
        }

        List<Id<User>> guests() {
            return invited == null ? List.of() : invited;
        }

        SaleTerms terms(Id<Sale> id, Id<User> host, LocalText name, Instant opens) {
            return new SaleTerms(
                    id,
                    roomId,
                    host,
                    skuId,
                    name,
                    priceMinor,
                    quantity,
                    perBuyerLimit,
                    audience == null ? Audience.ALL : audience,
                    Duration.ofSeconds(reservationSeconds),
                    opens,
                    opens.plusSeconds(durationSeconds),
                    entry != null && Boolean.TRUE.equals(entry.lateFollowers()),
                    entry == null ? null : entry.accountsPerDevice(),
                    entry == null ? null : entry.lobby(),
                    1);
        }
    }

    /**
     * How buyers come into a sale.
     *
     * @param turnSeconds gives it a waiting room: those who come before the start are shuffled, later ones queue behind,
     *     and each has this long to claim once it is his turn
     * @param lateFollowers whether in a sale for followers those may buy too who follow only since it opened
     * @param accountsPerDevice how many accounts of one device, as their client calls it, may come; no limit where absent
     */
    record Entry(
            @Nullable Integer turnSeconds,
            @Nullable Boolean lateFollowers,
            @Nullable Integer accountsPerDevice) {
        public Entry {
            Check.range("turnSeconds", turnSeconds == null ? 10 : turnSeconds, 10, 600);
            Check.range("accountsPerDevice", accountsPerDevice == null ? 1 : accountsPerDevice, 1, 1_000);
        }

        @Nullable
        LobbyTerms lobby() {
            return turnSeconds == null ? null : LobbyTerms.with(Duration.ofSeconds(turnSeconds));
        }
    }

    record Stop(Id<Sale> saleId) implements FlashSaleRequest {
        public Stop {
            Check.present("saleId", saleId);
        }
    }

    /** @param key made by the client for this act; repeated with it, it happens once */
    record Extend(Id<Sale> saleId, int seconds, String key) implements FlashSaleRequest {
        public Extend {
            Check.present("saleId", saleId);
            Check.range("seconds", seconds, 1, 86_400);
            Check.key("key", key);
        }
    }

    /** @param key made by the client for this act; repeated with it, it happens once */
    record AddStock(Id<Sale> saleId, int quantity, String key) implements FlashSaleRequest {
        public AddStock {
            Check.present("saleId", saleId);
            Check.range("quantity", quantity, 1, FlashSale.QUANTITY_MAX);
            Check.key("key", key);
        }
    }

    record ListActs(
            Id<Sale> saleId,
            @Nullable Integer limit,
            @Nullable Id<SaleAct> after) implements FlashSaleRequest {
        public ListActs {
            Check.present("saleId", saleId);
            limit = limit == null ? PAGE_DEFAULT : Check.range("limit", limit, 1, PAGE_MAX);
        }
    }

    /** One page of acts, newest first. */
    record ActsPage(List<SaleAct> items, @Nullable Id<SaleAct> next) {}

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

    /**
     * @param key made by the client for this purchase; repeating the claim with it never buys a second time
     * @param pass that it is the buyer's turn, where the sale has a waiting room
     * @param proof the work that was done for this key, where the shop asks for it
     * @param device what the client calls its device, where the sale limits accounts of one
     */
    record Claim(
            Id<Sale> saleId,
            int quantity,
            String key,
            @Nullable String pass,
            @Nullable String proof,
            @Nullable String device)
            implements FlashSaleRequest {
        public Claim {
            Check.present("saleId", saleId);
            Check.range("quantity", quantity, 1, PER_BUYER_MAX);
            Check.key("key", key);
            pass = pass == null ? null : Check.key("pass", pass);
            proof = proof == null ? null : Check.key("proof", proof);
            device = device == null ? null : Check.key("device", device);
        }

        /** Where nothing but the key is asked for. */
        public Claim(Id<Sale> saleId, int quantity, String key) {
            this(saleId, quantity, key, null, null, null);
        }
    }

    /** @param key of the claim that the work is for */
    record AskChallenge(Id<Sale> saleId, String key) implements FlashSaleRequest {
        public AskChallenge {
            Check.present("saleId", saleId);
            Check.key("key", key);
        }
    }

    /**
     * What a claim must have earned: a suffix is to be found so that the SHA-256 of {@code text.suffix} begins with that
     * many zero bits; the whole is the proof.
     *
     * @param text null where nothing is asked
     */
    record Work(@Nullable String text, int bits, @Nullable Instant until) {}

    /**
     * @param again whether to take a place at the end where the turn went by
     * @param device what the client calls its device, where the sale limits accounts of one
     */
    record Enter(
            Id<Sale> saleId,
            @Nullable Boolean again,
            @Nullable String device) implements FlashSaleRequest {
        public Enter {
            Check.present("saleId", saleId);
            again = again != null && again;
            device = device == null ? null : Check.key("device", device);
        }
    }

    /**
     * @param key of the order that the place becomes; repeated, it is answered with the same place or that order
     * @param device what the client calls its device, where the sale limits accounts of one
     */
    record Wait(
            Id<Sale> saleId,
            int quantity,
            String key,
            @Nullable String device) implements FlashSaleRequest {
        /** Where nothing but the key is asked for. */
        public Wait(Id<Sale> saleId, int quantity, String key) {
            this(saleId, quantity, key, null);
        }

        public Wait {
            Check.present("saleId", saleId);
            Check.range("quantity", quantity, 1, PER_BUYER_MAX);
            Check.key("key", key);
            device = device == null ? null : Check.key("device", device);
        }
    }

    record Leave(Id<Sale> saleId) implements FlashSaleRequest {
        public Leave {
            Check.present("saleId", saleId);
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
