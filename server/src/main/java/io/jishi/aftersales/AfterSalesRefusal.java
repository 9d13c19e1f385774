package io.jishi.aftersales;

import io.jishi.core.Refusal;

/** Why cases say no. */
public enum AfterSalesRefusal implements Refusal {
    CASE_NOT_FOUND(1500, "There is no such case.", "Load the cases afresh."),
    NOT_AT_THIS_STAGE(1501, "The case is not at a stage where that can be done.", "Load the case afresh."),
    TOO_LATE_FOR_A_CASE(
            1502,
            "The order is not one for which that can be asked for now.",
            "Ask while the order is delivered, and in time."),
    NOT_THAT_MANY(
            1503,
            "The order does not have so many of it that are in no other case.",
            "Ask for fewer, or go on with the other case."),
    TOO_MANY_CASES(1504, "There are too many cases of that order.", "Go on with one that is there."),
    NO_REPLACEMENT(
            1505,
            "What is wanted in exchange is not there, or is no variant of the same price.",
            "Ask for another variant, or for the money."),
    OWN_CASE(1506, "Nobody acts for the shop in a case of an order of his own.", "Leave it to somebody else."),
    NOT_A_PHOTO(1507, "That is no photo as PNG, JPEG or WebP.", "Send another file."),
    TOO_MANY_PHOTOS(1508, "The case has as many photos as it may have.", "Go on with those that are there."),
    PHOTO_TOO_LONG(1509, "The photo is too long.", "Make it smaller.");

    private final Terms terms;

    AfterSalesRefusal(int code, String sentence, String advice) {
        terms = new Terms(code, sentence, advice, false);
    }

    @Override
    public Terms terms() {
        return terms;
    }
}
