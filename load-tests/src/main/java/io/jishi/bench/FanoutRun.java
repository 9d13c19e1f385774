package io.jishi.bench;

import java.io.IOException;
import java.time.Duration;

/** A side with its listeners and its publisher, which stay for all rounds, so that all but the first find all warm. */
final class FanoutRun implements AutoCloseable {
    private static final int BLINK_MILLIS = 50;

    private final FanoutSide side;
    private final FanoutSizes sizes;
    private final FanoutCrowd crowd;
    private final FanoutPublisher publisher;

    /** @param loaded at a share of the limit that this round found */
    record Round(FanoutFigures atRate, FanoutFigures limit, FanoutFigures loaded) {}

    private FanoutRun(FanoutSide side, FanoutSizes sizes, FanoutCrowd crowd, FanoutPublisher publisher) {
        this.side = side;
        this.sizes = sizes;
        this.crowd = crowd;
        this.publisher = publisher;
    }

    /** Blocks until everybody is connected and the side is warm. */
    static FanoutRun open(Context context, FanoutSide side, FanoutSizes sizes)
            throws IOException, InterruptedException {
        FanoutCrowd crowd = context.closing(FanoutCrowd.open(context, side, sizes.sockets()));
        FanoutPublisher publisher = context.closing(new FanoutPublisher(side));
        Thread.sleep(Duration.ofMillis(BLINK_MILLIS)); // some sides answer before they have noted a listener
        FanoutRun run = new FanoutRun(side, sizes, crowd, publisher);
        run.publisher.asFastAsHeard(sizes.window(), sizes.warmUpSeconds(), crowd::arrived);
        crowd.awaitAll(publisher);
        return run;
    }

    Round round() throws IOException, InterruptedException {
        FanoutFigures atRate = measured(() -> publisher.atRate(sizes.rate(), sizes.seconds()));
        FanoutFigures limit =
                measured(() -> publisher.asFastAsHeard(sizes.window(), sizes.limitSeconds(), crowd::arrived));
        FanoutFigures loaded = measured(() -> publisher.atPace(sizes.loaded(limit), crowd::arrived));
        return new Round(atRate, limit, loaded);
    }

    FanoutFigures bursts() throws IOException, InterruptedException {
        return measured(() -> publisher.atPace(sizes.bursts(), crowd::arrived));
    }

    private FanoutFigures measured(Runnable publishing) throws IOException, InterruptedException {
        crowd.report(); // what is measured begins here
        Duration cpu = side.cpu();
        long received = crowd.received();
        long start = System.nanoTime();
        publishing.run();
        crowd.awaitAll(publisher);
        return new FanoutFigures(
                side.cpu().minus(cpu),
                crowd.received() - received,
                Duration.ofNanos(System.nanoTime() - start),
                crowd.report());
    }

    /** Ends the server too. */
    @Override
    public void close() throws InterruptedException {
        publisher.close();
        crowd.close();
        side.server().close();
    }
}
