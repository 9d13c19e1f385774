package io.jishi.realtime;

import io.jishi.core.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One publication to all sessions of a loop, down to the socket, which is none. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BroadcastBenchmark {
    private static final String RULES = """
            anonymous: true
            development-only: true
            channels:
              room: {class: lossless, history-size: 10, history-seconds: 600, open: true}
            """;

    @Param
    public Format format = Format.JSON;

    @Param({"100", "1000"})
    public int recipients = 1;

    private final Clock clock = new Clock();
    private final Hub hub = new Hub(
            List.of(new HereAndNow()),
            ChannelRules.parse(RULES),
            nowhere(),
            clock,
            Settings.defaults(),
            new SimpleMeterRegistry());
    private final List<Encoded> publications =
            List.of(new Encoded(CodecBenchmark.CHANNEL, CodecBenchmark.publication(), null, true));

    private static Fanout nowhere() {
        return (Fanout) Proxy.newProxyInstance(
                Fanout.class.getClassLoader(), new Class<?>[] {Fanout.class}, (proxy, method, arguments) -> {
                    throw new UnsupportedOperationException(method.getName());
                });
    }

    @Setup
    public void subscribe() {
        Authorization authorization = Authorization.parse(List.of("what,guest,viewer"));
        SessionCommands commands = new SessionCommands(
                hub,
                new Methods(authorization),
                authorization,
                (token, connection) -> new Authenticator.Verdict.Bearer(
                        new Caller(token, token, Set.of(), connection, "en"), null, Map.of(), null),
                caller -> List.of(),
                "node");
        ChannelName channel = new ChannelName(CodecBenchmark.CHANNEL);
        ChannelRule rule = hub.rules().of(channel).orElseThrow();
        for (int i = 0; i < recipients; i++) {
            Session session = commands.open(0, new Sink(), format);
            Subscription subscription = new Subscription(session, channel, rule, false);
            session.loop().add(subscription);
            subscription.goLive();
        }
    }

    @Benchmark
    public void broadcast() {
        clock.millis += 1_000; // past the tick
        hub.loop(0).deliver(CodecBenchmark.CHANNEL, publications);
    }

    private static final class Clock implements InstantSource {
        private long millis = 1_800_000_000_000L;

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(millis);
        }

        @Override
        public long millis() {
            return millis;
        }
    }

    /** Runs all at once, and nothing later. */
    private static final class HereAndNow implements Loop {
        @Override
        public void run(Runnable task) {
            task.run();
        }

        @Override
        public void next(Runnable task) {
            task.run();
        }

        @Override
        public void runSoon(Runnable task) {
            task.run();
        }

        @Override
        public void after(long millis, Runnable task) {}
    }

    /** Does what a socket does up to the system's call. */
    private static final class Sink implements Transport {
        private static final UnaryOperator<ByteBuf> FRAMING = ByteBuf::retainedDuplicate;
        private int bytes;

        @Override
        public void write(ByteBuf message) {
            bytes += message.readableBytes();
        }

        @Override
        public void write(Broadcast message) {
            ByteBuf own = message.framed(FRAMING).retainedDuplicate();
            bytes += own.readableBytes();
            own.release();
        }

        @Override
        public void send(Broadcast message) {
            bytes += message.framed(FRAMING).readableBytes();
        }

        @Override
        public void flush() {}

        @Override
        public boolean isWritable() {
            return bytes != -1;
        }

        @Override
        public void close(int code, String reason) {}
    }
}
