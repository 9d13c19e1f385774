package io.jishi.launcher;

/** Stands in for the demo's bots: it shows its arguments and runs until it is told to stop. */
final class StubBots {
    private StubBots() {}

    public static void main(String[] arguments) throws InterruptedException {
        System.out.println("bots " + String.join(" ", arguments));
        ParentWatch.start(() -> System.exit(0));
        Thread.currentThread().join();
    }
}
