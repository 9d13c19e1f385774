package io.jishi.bench;

import io.jishi.flashsales.FlashSaleRefusal;
import io.netty.buffer.ByteBuf;
import io.netty.util.ByteProcessor;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Buyers with a WebSocket each, who claim many times in one frame, and again as soon as all of it is answered. */
final class ClaimCrowd implements AutoCloseable {
    private static final int CONNECT_SECONDS_MAX = 30;
    private static final int END_SECONDS_MAX = 30;
    private static final int DIGITS = 9;
    private static final int FIRST = 100_000_000;

    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
    private final NetClient client = vertx.createNetClient();
    private final List<Buyer> buyers = new ArrayList<>();
    private int numbers = FIRST;

    /**
     * What came of a rush.
     *
     * @param attempts claims that were answered yes or sold out
     * @param others claims that were answered anything else
     */
    record Result(long attempts, long yes, long others, double seconds) {
        double perSecond() {
            return attempts / seconds;
        }
    }

    /** Blocks until all are connected. */
    static ClaimCrowd connect(int port, int buyers) throws Exception {
        ClaimCrowd crowd = new ClaimCrowd();
        List<Future<Void>> connected = new ArrayList<>();
        for (int i = 0; i < buyers; i++) {
            connected.add(crowd.connect(port, 1_000_000L + i));
        }
        Future.all(connected).await(CONNECT_SECONDS_MAX, TimeUnit.SECONDS);
        return crowd;
    }

    private Future<Void> connect(int port, long user) {
        return client.connect(port, "127.0.0.1").compose(socket -> {
            Buyer buyer = new Buyer(socket);
            buyers.add(buyer);
            return buyer.connect(port, user);
        });
    }

    /** Blocks for as long as that, and until what is under way is answered. */
    Result rush(String sale, int claimsInFrame, Duration duration) throws Exception {
        long startedAt = System.nanoTime();
        long until = startedAt + duration.toNanos();
        List<Future<Void>> ends = new ArrayList<>();
        for (Buyer buyer : buyers) {
            Promise<Void> end = Promise.promise();
            ends.add(end.future());
            buyer.begin(sale, claimsInFrame, until, end);
        }
        Future.all(ends).await(duration.toSeconds() + END_SECONDS_MAX, TimeUnit.SECONDS);
        double seconds = (System.nanoTime() - startedAt) / 1e9;
        long yes = buyers.stream().mapToLong(buyer -> buyer.yes).sum();
        long no = buyers.stream().mapToLong(buyer -> buyer.soldOut).sum();
        long others = buyers.stream().mapToLong(buyer -> buyer.others).sum();
        return new Result(yes + no, yes, others, seconds);
    }

    /** All on one event loop. */
    private final class Buyer {
        private static final byte[] CODE = "\"code\":".getBytes(StandardCharsets.US_ASCII);
        private static final byte[] REPLY = "{\"id\":".getBytes(StandardCharsets.US_ASCII);

        private final NetSocket socket;
        private final ClientFrames frames = new ClientFrames();
        private final Promise<Void> connected = Promise.promise();
        private byte[] text = {};
        private int commandBytes;
        private int claims;
        private int missing;
        private long until;
        private Promise<Void> end = Promise.promise();
        private long yes;
        private long soldOut;
        private long others;

        Buyer(NetSocket socket) {
            this.socket = socket;
        }

        Future<Void> connect(int port, long user) {
            socket.handler(this::received);
            String hello = "{\"id\":1,\"connect\":{\"token\":\"" + io.jishi.core.Id.of(user) + "\"}}";
            socket.write(ClientFrames.handshake("/connection/websocket", port, ""));
            socket.write(ClientFrames.masked(ClientFrames.TEXT, Buffer.buffer(hello)));
            return connected.future();
        }

        private boolean isUpgraded;

        private void received(Buffer data) {
            frames.received(data);
            if (!isUpgraded) {
                String head = frames.takeHead();
                if (head == null) {
                    return;
                }
                isUpgraded = true;
            }
            frames.takeFrames((first, payload) -> heard(((BufferInternal) payload).getByteBuf()));
        }

        /** A frame has a reply in each of its lines. */
        private void heard(ByteBuf bytes) {
            int end = bytes.writerIndex();
            int from = bytes.readerIndex();
            while (from < end) {
                int line = bytes.forEachByte(from, end - from, ByteProcessor.FIND_LF);
                int to = line < 0 ? end : line;
                reply(bytes, from, to);
                from = to + 1;
            }
        }

        private void reply(ByteBuf bytes, int from, int to) {
            if (indexOf(bytes, REPLY, from, Math.min(to, from + REPLY.length)) < 0) {
                socket.write(ClientFrames.masked(ClientFrames.TEXT, Buffer.buffer("{}"))); // a ping
                return;
            }
            if (!connected.future().isComplete()) {
                connected.complete();
                return;
            }
            count(bytes, from, to);
            if (--missing == 0) {
                next();
            }
        }

        private void count(ByteBuf bytes, int from, int to) {
            int code = indexOf(bytes, CODE, from, Math.min(to, from + 64));
            if (code < 0) {
                yes++;
            } else if (number(bytes, code + CODE.length) == FlashSaleRefusal.SOLD_OUT.code()) {
                soldOut++;
            } else {
                others++;
            }
        }

        void begin(String sale, int claimsInFrame, long untilNanos, Promise<Void> ending) {
            String command = "{\"id\":" + FIRST + ",\"rpc\":{\"method\":\"flashsales.claim\",\"data\":{\"saleId\":\""
                    + sale + "\",\"quantity\":1,\"key\":\"" + FIRST + "\"}}}\n";
            vertx.runOnContext(_ -> {
                commandBytes = command.length();
                claims = claimsInFrame;
                text = command.repeat(claimsInFrame).getBytes(StandardCharsets.US_ASCII);
                until = untilNanos;
                end = ending;
                yes = soldOut = others = 0;
                next();
            });
        }

        private void next() {
            if (System.nanoTime() > until) {
                end.complete();
                return;
            }
            int key = commandBytes - "\"}}}\n".length() - DIGITS;
            for (int i = 0; i < claims; i++) {
                int number = numbers++;
                digits(number, i * commandBytes + REPLY.length);
                digits(number, i * commandBytes + key);
            }
            missing = claims;
            Buffer frame = Buffer.buffer(Arrays.copyOf(text, text.length - 1));
            socket.write(ClientFrames.masked(ClientFrames.TEXT, frame));
        }

        private void digits(int number, int at) {
            int rest = number;
            for (int i = DIGITS - 1; i >= 0; i--) {
                text[at + i] = (byte) ('0' + rest % 10);
                rest /= 10;
            }
        }

        private static int number(ByteBuf bytes, int at) {
            int number = 0;
            for (int i = at; Character.isDigit(bytes.getByte(i)); i++) {
                number = number * 10 + bytes.getByte(i) - '0';
            }
            return number;
        }

        private static int indexOf(ByteBuf bytes, byte[] what, int from, int to) {
            for (int i = from; i <= to - what.length; i++) {
                int same = 0;
                while (same < what.length && bytes.getByte(i + same) == what[same]) {
                    same++;
                }
                if (same == what.length) {
                    return i;
                }
            }
            return -1;
        }
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
