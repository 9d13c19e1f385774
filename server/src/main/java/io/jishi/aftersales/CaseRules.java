package io.jishi.aftersales;

import static io.jishi.aftersales.CaseStage.ANSWERED;
import static io.jishi.aftersales.CaseStage.APPROVED;
import static io.jishi.aftersales.CaseStage.CLOSED;
import static io.jishi.aftersales.CaseStage.DECLINED;
import static io.jishi.aftersales.CaseStage.ESCALATED;
import static io.jishi.aftersales.CaseStage.EXCHANGED;
import static io.jishi.aftersales.CaseStage.LAPSED;
import static io.jishi.aftersales.CaseStage.RECEIVED;
import static io.jishi.aftersales.CaseStage.REFUNDED;
import static io.jishi.aftersales.CaseStage.REFUNDING;
import static io.jishi.aftersales.CaseStage.SENT_BACK;
import static io.jishi.aftersales.CaseStage.WITHDRAWN;

import java.util.Map;
import java.util.Optional;

/**
 * What may follow what. Where the shop says nothing in time, the buyer is right, as on the large markets: a request is
 * approved, goods on their way are settled, an escalation is decided for the buyer. Where the buyer says nothing in time,
 * the case ends as the shop has said.
 */
final class CaseRules {
    private CaseRules() {}

    /** The stage that a deed leads to; empty where the deed is none at the case's stage. */
    static Optional<CaseStage> next(Case it, Deed deed) {
        Map<Deed, CaseStage> followers = switch (it.stage()) {
            case REQUESTED -> requested(it);
            case APPROVED ->
                Map.of(
                        Deed.SEND_BACK, SENT_BACK,
                        Deed.RECEIVE, RECEIVED,
                        Deed.WITHDRAW, WITHDRAWN,
                        Deed.DEADLINE, LAPSED);
            case SENT_BACK -> Map.of(Deed.RECEIVE, RECEIVED, Deed.DEADLINE, settled(it));
            case RECEIVED -> Map.of(Deed.SETTLE, settled(it), Deed.REJECT, DECLINED, Deed.DEADLINE, settled(it));
            case DECLINED -> Map.of(Deed.ESCALATE, ESCALATED, Deed.WITHDRAW, WITHDRAWN, Deed.DEADLINE, CLOSED);
            case ANSWERED ->
                Map.of(
                        Deed.ACCEPT,
                        offered(it),
                        Deed.ESCALATE,
                        ESCALATED,
                        Deed.WITHDRAW,
                        WITHDRAWN,
                        Deed.DEADLINE,
                        offered(it));
            case ESCALATED ->
                Map.of(
                        Deed.DECIDE_FOR_BUYER,
                        granted(it),
                        Deed.DECIDE_FOR_SHOP,
                        CLOSED,
                        Deed.WITHDRAW,
                        WITHDRAWN,
                        Deed.DEADLINE,
                        overdue(it));
            case REFUNDING -> Map.of(Deed.PAID_BACK, REFUNDED);
            case REFUNDED, EXCHANGED, CLOSED, WITHDRAWN, LAPSED -> Map.of();
        };
        return Optional.ofNullable(followers.get(deed));
    }

    private static Map<Deed, CaseStage> requested(Case it) {
        return switch (it.kind()) {
            case RETURN, EXCHANGE ->
                Map.of(
                        Deed.APPROVE, APPROVED,
                        Deed.DECLINE, DECLINED,
                        Deed.WITHDRAW, WITHDRAWN,
                        Deed.DEADLINE, APPROVED);
            case COMPLAINT -> Map.of(Deed.ANSWER, ANSWERED, Deed.WITHDRAW, WITHDRAWN, Deed.DEADLINE, ESCALATED);
        };
    }

    private static CaseStage settled(Case it) {
        return switch (it.remedy()) {
            case REFUND -> REFUNDING;
            case REPLACEMENT -> EXCHANGED;
        };
    }

    private static CaseStage offered(Case it) {
        Long offer = it.offerMinor();
        return offer == null || offer == 0 ? CLOSED : REFUNDING;
    }

    /** Goods that are still with the buyer come back first. */
    private static CaseStage granted(Case it) {
        return switch (it.kind()) {
            case RETURN, EXCHANGE -> it.returnedTo() == null ? APPROVED : settled(it);
            case COMPLAINT -> REFUNDING;
        };
    }

    /** Nobody has decided: a complaint that the shop never answered is paid whole, others as the shop offered. */
    private static CaseStage overdue(Case it) {
        return switch (it.kind()) {
            case RETURN, EXCHANGE -> granted(it);
            case COMPLAINT -> it.offerMinor() == null ? REFUNDING : offered(it);
        };
    }
}
