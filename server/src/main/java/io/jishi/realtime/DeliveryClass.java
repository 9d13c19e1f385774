package io.jishi.realtime;

/** What a channel promises its subscribers. */
public enum DeliveryClass {
    /** Total order, no gap, no duplicate; a reader too slow for it is disconnected and recovers from history. */
    LOSSLESS,
    /** A slow reader skips intermediate values of a key, never the last one. */
    LATEST,
    /** In a channel busier than a reader can follow, what does not fit is left out and counted. */
    SAMPLED
}
