package io.jishi.launcher;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A Java process that the launcher started: a node, the bots, a training run. It has a session of its own, writes to a log
 * of its own, holds the launcher's pipe on its standard input (see {@link ParentWatch}), and carries a mark on its command
 * line, so that a later launcher can end what an earlier, killed one left.
 */
final class Child {
    private static final String MARK = "-Djishi.data-directory=";
    private static final int SIGNAL_EXIT = 128;

    /** With these words a node begins the line that says why it cannot start. */
    private static final String CANNOT_START = "Jishi cannot start: ";

    private final String name;
    private final Process process;
    private final Path log;
    private final long logged;

    private Child(String name, Process process, Path log, long logged) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.logged = logged;
    }

    /** @param words what follows the class path: the main class and its arguments */
    static Child start(
            DataDirectory data,
            Installation installation,
            String name,
            List<String> flags,
            List<String> words,
            Map<String, String> environment) {
        List<String> command = new ArrayList<>(Command.ownSession());
        command.add(installation.java().toString());
        command.add(MARK + data.root());
        command.add("-Djishi.process=" + name); // for whoever looks at the list of processes
        command.addAll(flags);
        command.addAll(List.of("-cp", installation.classPath()));
        command.addAll(words);
        Path log = data.log(name);
        long logged = Logs.size(log);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().removeIf(variable -> variable.startsWith("JISHI_"));
        builder.environment().putAll(environment);
        try {
            return new Child(name, builder.start(), log, logged);
        } catch (IOException e) {
            throw new StartFailure("Cannot run " + command.getFirst() + " (" + DataDirectory.reason(e) + ").");
        }
    }

    long processId() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    CompletableFuture<Child> onExit() {
        return process.onExit().thenApply(ended -> this);
    }

    int exitCode() {
        return process.exitValue();
    }

    /** How it ended, to go on after its name: {@code was killed by signal 9}. */
    String ending() {
        int code = process.exitValue();
        return code > SIGNAL_EXIT ? "was killed by signal " + (code - SIGNAL_EXIT) : "ended with exit code " + code;
    }

    /**
     * Why it ended, by its log since it started: what follows the node's own words for that, the last time they are
     * there; else the last line, less what Java adds about its cache.
     */
    String lastWords() {
        return lastWords(Logs.since(log, logged));
    }

    static String lastWords(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith(CANNOT_START))
                .map(line -> line.substring(CANNOT_START.length()))
                .reduce((earlier, later) -> later)
                .orElseGet(() -> lines.stream()
                        .filter(line -> !line.contains("AOT") && !line.contains("[aot"))
                        .reduce("it said nothing", (earlier, later) -> later));
    }

    Path log() {
        return log;
    }

    void askToStop() {
        process.destroy();
    }

    boolean awaitEnd(Duration patience) throws InterruptedException {
        return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    void kill() {
        process.destroyForcibly();
    }

    /** And what it started itself, as Java does when it writes a start-up cache. */
    void killTree() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        kill();
    }

    @Override
    public String toString() {
        return name;
    }

    /**
     * Processes that an earlier launcher on this folder started and that still live. They are known by the mark with this
     * very folder on their command line, so no stranger that got an old process id is ever meant.
     */
    static List<ProcessHandle> leftOvers(DataDirectory data) {
        String mark = " " + MARK + data.root() + " ";
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .commandLine()
                        .filter(line -> line.contains(mark))
                        .isPresent())
                .filter(process -> process.info()
                        .command()
                        .filter(program -> program.endsWith("/java"))
                        .isPresent())
                .toList();
    }
}
