package io.jishi.shelves;

/** Which alert of a shelf: each is open once at a time. */
record AlertKey(AlertKind kind, int slot) {
    static final int WHOLE_SHELF = 0;
    static final AlertKey TEMPERATURE = new AlertKey(AlertKind.TEMPERATURE, WHOLE_SHELF);
    static final AlertKey OFFLINE = new AlertKey(AlertKind.OFFLINE, WHOLE_SHELF);

    static AlertKey lowStock(int slot) {
        return new AlertKey(AlertKind.LOW_STOCK, slot);
    }
}
