package io.jishi.bench;

import io.vertx.core.Future;

/** Something that takes the reports of devices and answers once they are durable. */
interface TelemetrySide extends AutoCloseable {
    /**
     * Reports so many messages.
     *
     * @param device from 0
     * @param firstSequence of messages numbered without a gap
     */
    Future<Void> report(int device, String boot, long firstSequence, int messages);

    /** How many messages are stored. */
    long stored() throws Exception;
}
