package io.jishi.realtime;

/** What goes first to a reader for whom messages wait, highest first. Within one channel the order stays. */
public enum Priority {
    /** What somebody acts on at once: a stock that changes, an offer to a courier. */
    HIGH,
    NORMAL,
    /** What may come late, such as what others say. */
    LOW
}
