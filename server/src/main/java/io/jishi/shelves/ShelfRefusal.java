package io.jishi.shelves;

import io.jishi.core.Refusal;

/** Why a shelf says no. */
public enum ShelfRefusal implements Refusal {
    UNKNOWN_SHELF(1300, "There is no such shelf.", "Load the list of shelves again."),
    UNKNOWN_SKU(1301, "A slot is to hold a SKU that does not exist.", "Load the products again."),
    NOT_REGISTERED(1302, "This device belongs to no shelf.", "Register the shelf and use its credentials."),
    NOT_YOURS(1303, "A device may look at its own shelf only.", "Ask for the shelf of this device."),
    UNKNOWN_SLOT(1304, "The report names a slot that the shelf does not have.", "Correct the device's slots."),
    BUSY(1305, "Reports cannot be taken for the moment.", "Send the same report again after a second.", true);

    private final Terms terms;

    ShelfRefusal(int code, String sentence, String advice) {
        this(code, sentence, advice, false);
    }

    ShelfRefusal(int code, String sentence, String advice, boolean temporary) {
        terms = new Terms(code, sentence, advice, temporary);
    }

    @Override
    public Terms terms() {
        return terms;
    }
}
