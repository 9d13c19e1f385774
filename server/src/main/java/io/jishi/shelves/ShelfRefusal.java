package io.jishi.shelves;

import io.jishi.core.Refusal;

/** Why a shelf says no. */
public enum ShelfRefusal implements Refusal {
    UNKNOWN_SHELF(1300, false, "There is no such shelf.", "Load the list of shelves again."),
    UNKNOWN_SKU(1301, false, "A slot is to hold a SKU that does not exist.", "Load the products again."),
    NOT_REGISTERED(1302, false, "This device belongs to no shelf.", "Register the shelf and use its credentials."),
    NOT_YOURS(1303, false, "A device may look at its own shelf only.", "Ask for the shelf of this device."),
    UNKNOWN_SLOT(1304, false, "The report names a slot that the shelf does not have.", "Correct the device's slots."),
    BUSY(1305, true, "Reports cannot be taken for the moment.", "Send the same report again after a second.");

    private final int code;
    private final boolean temporary;
    private final String sentence;
    private final String advice;

    ShelfRefusal(int code, boolean temporary, String sentence, String advice) {
        this.code = code;
        this.temporary = temporary;
        this.sentence = sentence;
        this.advice = advice;
    }

    @Override
    public int code() {
        return code;
    }

    @Override
    public String sentence() {
        return sentence;
    }

    @Override
    public String advice() {
        return advice;
    }

    @Override
    public boolean temporary() {
        return temporary;
    }
}
