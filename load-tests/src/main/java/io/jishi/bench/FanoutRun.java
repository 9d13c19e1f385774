package io.jishi.bench;

import java.io.IOException;
import java.time.Duration;

/** A side with its listeners and its publisher, which stay for all rounds, so that all but the first find all warm. */
final class FanoutRun implements AutoCloseable {
    private static final int BLINK_MILLIS = 50;

    private final Context context;
    private final FanoutSide side;
    private final FanoutSizes sizes;
    private FanoutCrowd crowd;
    private FanoutPublisher publisher;

    record Round(FanoutFigures atRate, FanoutFigures limit) {}

    private FanoutRun(
            Context context, FanoutSide side, FanoutSizes sizes, FanoutCrowd crowd, FanoutPublisher publisher) {
        this.context = context;
        this.side = side;
        this.sizes = sizes;
        this.crowd = crowd;
        this.publisher = publisher;
    }

    /** Blocks until everybody is connected and the side is warm. */
    static FanoutRun open(Context context, FanoutSide side, FanoutSizes sizes)
            throws IOException, InterruptedException {
        FanoutCrowd crowd = context.closing(FanoutCrowd.open(context, side, sizes.sockets()));
        FanoutRun run = new FanoutRun(context, side, sizes, crowd, context.closing(new FanoutPublisher(side)));
        run.warmUp(sizes.warmUpSeconds());
        return run;
    }

    /** Lets another number of listeners take the place of those that are there. */
    void seat(int sockets) throws IOException, InterruptedException {
        publisher.close();
        crowd.close();
        crowd = context.closing(FanoutCrowd.open(context, side, sockets));
        publisher = context.closing(new FanoutPublisher(side));
        warmUp(1);
    }

    private void warmUp(int seconds) throws InterruptedException {
        Thread.sleep(Duration.ofMillis(BLINK_MILLIS)); // some sides answer before they have noted a listener
        publisher.asFastAsHeard(sizes.window(), seconds, crowd::arrived);
        crowd.awaitAll(publisher);
    }

    Round round() throws IOException, InterruptedException {
        return new Round(measured(() -> publisher.atRate(sizes.rate(), sizes.seconds())), limit());
    }

    /** At a share of the limit that is found just before. */
    FanoutFigures loaded() throws IOException, InterruptedException {
        FanoutFigures limit = limit();
        return measured(() -> publisher.atPace(sizes.loaded(limit), crowd::arrived));
    }

    private FanoutFigures limit() throws IOException, InterruptedException {
        return measured(() -> publisher.asFastAsHeard(sizes.window(), sizes.limitSeconds(), crowd::arrived));
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
