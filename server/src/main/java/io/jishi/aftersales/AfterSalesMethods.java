package io.jishi.aftersales;

import static io.jishi.aftersales.AfterSalesRefusal.CASE_NOT_FOUND;
import static io.jishi.aftersales.AfterSalesRefusal.NOT_AT_THIS_STAGE;
import static io.jishi.aftersales.AfterSalesRefusal.OWN_CASE;

import io.jishi.aftersales.AfterSalesRequest.Answer;
import io.jishi.aftersales.AfterSalesRequest.Approve;
import io.jishi.aftersales.AfterSalesRequest.Decide;
import io.jishi.aftersales.AfterSalesRequest.Explain;
import io.jishi.aftersales.AfterSalesRequest.Get;
import io.jishi.aftersales.AfterSalesRequest.ListOpen;
import io.jishi.aftersales.AfterSalesRequest.ListOwn;
import io.jishi.aftersales.AfterSalesRequest.Open;
import io.jishi.aftersales.AfterSalesRequest.Page;
import io.jishi.aftersales.AfterSalesRequest.Receive;
import io.jishi.aftersales.AfterSalesRequest.Settle;
import io.jishi.aftersales.AfterSalesRequest.Step;
import io.jishi.catalog.CatalogRefusal;
import io.jishi.orders.OrderRefusal;
import io.jishi.realtime.Method;

/** What may be asked about cases: by buyers, by the shop, by who decides. */
final class AfterSalesMethods {
    static final Method<Open, Case> OPEN = Method.of(
            "aftersales.open",
            Open.class,
            Case.class,
            "Asks for a return or an exchange of delivered goods, or complains of them. Repeated with the same key it is"
                    + " answered with the same case.",
            OrderRefusal.ORDER_NOT_FOUND,
            AfterSalesRefusal.TOO_LATE_FOR_A_CASE,
            AfterSalesRefusal.NOT_THAT_MANY,
            AfterSalesRefusal.TOO_MANY_CASES,
            AfterSalesRefusal.NO_REPLACEMENT);
    static final Method<Get, CaseFile> GET = Method.of(
            "aftersales.get",
            Get.class,
            CaseFile.class,
            "A case with its steps, texts and photos; for its buyer, the host whose goods they are, staff and"
                    + " administrators.",
            CASE_NOT_FOUND);
    static final Method<ListOwn, Page> LIST =
            Method.of("aftersales.list", ListOwn.class, Page.class, "One's own cases, newest first.");
    static final Method<ListOpen, Page> TO_DO = Method.of(
            "aftersales.to_do",
            ListOpen.class,
            Page.class,
            "Cases that wait for somebody, the most urgent first; a host's of its own goods, staff's of all.");
    static final Method<Step, Case> WITHDRAW = step("withdraw", "Gives up an own case.");
    static final Method<Step, Case> SEND_BACK =
            step("send_back", "Says that the goods of an approved case are on their way back, and how.");
    static final Method<Step, Case> ACCEPT = step("accept", "Is content with the answer to a complaint.");
    static final Method<Explain, Case> ESCALATE = Method.of(
            "aftersales.escalate",
            Explain.class,
            Case.class,
            "Asks an administrator to decide, as the shop has declined or its answer is not enough.",
            CASE_NOT_FOUND,
            NOT_AT_THIS_STAGE);
    static final Method<Approve, Case> APPROVE = Method.of(
            "aftersales.approve",
            Approve.class,
            Case.class,
            "Agrees to a return or an exchange; what is given in exchange is kept from then on.",
            CASE_NOT_FOUND,
            NOT_AT_THIS_STAGE,
            OWN_CASE,
            AfterSalesRefusal.NO_REPLACEMENT);
    static final Method<Explain, Case> DECLINE = shop("decline", Explain.class, "Says no to a return or an exchange.");
    static final Method<Answer, Case> ANSWER =
            shop("answer", Answer.class, "Answers a complaint, perhaps with an offer.");
    static final Method<Receive, Case> RECEIVE = Method.of(
            "aftersales.receive",
            Receive.class,
            Case.class,
            "Says that the goods of a case have come back.",
            CASE_NOT_FOUND,
            NOT_AT_THIS_STAGE,
            OWN_CASE,
            CatalogRefusal.LOCATION_NOT_FOUND);
    static final Method<Settle, Case> SETTLE = shop(
            "settle",
            Settle.class,
            "Says that what came back is as it should be: it is in the stock again, unless it is damaged, and the buyer"
                    + " gets the money or the other goods.");
    static final Method<Explain, Case> REJECT =
            shop("reject", Explain.class, "Says that what came back is not what it should be.");
    static final Method<Decide, Case> DECIDE =
            shop("decide", Decide.class, "Decides where buyer and shop do not agree.");

    private AfterSalesMethods() {}

    private static Method<Step, Case> step(String name, String summary) {
        return Method.of("aftersales." + name, Step.class, Case.class, summary, CASE_NOT_FOUND, NOT_AT_THIS_STAGE);
    }

    private static <P> Method<P, Case> shop(String name, Class<P> params, String summary) {
        return Method.of(
                "aftersales." + name, params, Case.class, summary, CASE_NOT_FOUND, NOT_AT_THIS_STAGE, OWN_CASE);
    }
}
