package io.jishi.realtime;

import io.netty.buffer.ByteBuf;

/** A connection that takes whatever comes and does nothing with it. */
class OpenTransport implements Transport {
    @Override
    public void write(ByteBuf message) {}

    @Override
    public void flush() {}

    @Override
    public boolean isWritable() {
        return true;
    }

    @Override
    public void close(int code, String reason) {}
}
