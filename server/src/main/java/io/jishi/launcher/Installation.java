package io.jishi.launcher;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * What node processes run: the launcher's own Java and class path.
 *
 * @param jars absolute, the server's own first, the others sorted, so that the same build always gives the same list
 */
record Installation(Path java, List<Path> jars, String nodeClass, String botsClass) {

    /** Hazelcast's and Netty's way into the JDK; the build's property {@code jvm.opens} is the same list. */
    static final List<String> OPENS = List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-opens=java.management/sun.management=ALL-UNNAMED",
            "--add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED");

    static final List<String> BOTS_FLAGS =
            List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m");

    private static final int ONE_NODE_PERCENT = 25;
    private static final int ALL_NODES_PERCENT = 50;

    static Installation own(String nodeClass, String botsClass) {
        List<Path> entries = new ArrayList<>(
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                        .filter(entry -> !entry.isEmpty())
                        .map(entry -> Path.of(entry).toAbsolutePath().normalize())
                        .toList());
        Collections.sort(entries.subList(1, entries.size()));
        return new Installation(
                Path.of(System.getProperty("java.home"), "bin", "java"), List.copyOf(entries), nodeClass, botsClass);
    }

    String classPath() {
        return String.join(File.pathSeparator, jars.stream().map(Path::toString).toList());
    }

    /** The flags of every node, and of the training of the start-up cache, which must be the same. */
    static List<String> flags(int nodes) {
        List<String> flags = new ArrayList<>(OPENS);
        flags.add("-XX:+UseParallelGC");
        flags.add("-XX:+UseCompactObjectHeaders");
        flags.add("-XX:+ExitOnOutOfMemoryError");
        flags.add("-XX:MaxRAMPercentage=" + Math.min(ONE_NODE_PERCENT, ALL_NODES_PERCENT / nodes));
        return flags;
    }
}
