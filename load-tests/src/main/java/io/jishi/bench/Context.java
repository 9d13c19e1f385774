package io.jishi.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What a run may use: a folder of its own, the arguments, processes that end with it, a place to tell progress. */
public final class Context implements AutoCloseable {
    private final Path directory;
    private final Map<String, String> arguments;
    private final Consumer<String> progress;
    private final List<AutoCloseable> started = new ArrayList<>();

    Context(Path directory, Map<String, String> arguments, Consumer<String> progress) {
        this.directory = directory;
        this.arguments = Map.copyOf(arguments);
        this.progress = progress;
    }

    /** An empty folder that is deleted after the run. */
    public Path directory() {
        return directory;
    }

    /** Tells the person who waits what is being done. */
    public void progress(String line) {
        progress.accept(line);
    }

    /**
     * The value of {@code --set name=value}.
     *
     * @throws WrongArgument where it is not a whole number of at least 1
     */
    public int number(String name, int defaultValue) {
        String text = arguments.get(name);
        if (text == null) {
            return defaultValue;
        }
        try {
            int value = Integer.parseInt(text);
            if (value < 1) {
                throw new WrongArgument("--set " + name + " must be at least 1");
            }
            return value;
        } catch (NumberFormatException e) {
            throw new WrongArgument("--set " + name + " must be a whole number");
        }
    }

    /** The value of {@code --set name=value} as text. */
    public String text(String name, String defaultValue) {
        return arguments.getOrDefault(name, defaultValue);
    }

    /** A PostgreSQL of its own, fsync on, an empty database; stopped after the run. */
    public Postgres startPostgres() throws IOException {
        return closing(Postgres.start(Files.createTempDirectory(directory, "postgres-")));
    }

    /**
     * A server process on free ports, ready; stopped after the run.
     *
     * @param settings beside the ports, {@code JISHI_…} variables by setting name: {@code database.url}
     */
    public ServerNode startNode(Map<String, String> settings) throws IOException, InterruptedException {
        return startNode(ServerNode.FLAGS, settings);
    }

    /** The same with other flags of the JVM than those of {@code ./jishi up}. */
    public ServerNode startNode(List<String> flags, Map<String, String> settings)
            throws IOException, InterruptedException {
        return closing(ServerNode.start(Files.createTempDirectory(directory, "node-"), flags, settings));
    }

    /** Another Java process on this class path; stopped after the run. */
    public ChildProcess startJava(String name, List<String> flags, Class<?> main, List<String> arguments)
            throws IOException {
        return closing(JavaProcess.start(
                Files.createTempDirectory(directory, name + "-"), flags, main.getName(), arguments, Map.of()));
    }

    /** Any other program; stopped after the run. */
    ChildProcess start(String name, List<String> command) throws IOException {
        return closing(
                ChildProcess.start(Files.createTempDirectory(directory, name + "-"), new ProcessBuilder(command)));
    }

    <T extends AutoCloseable> T closing(T resource) {
        started.add(resource);
        return resource;
    }

    /** Stops what was started, the latest first. */
    @Override
    public void close() {
        for (AutoCloseable resource : started.reversed()) {
            try {
                resource.close();
            } catch (Exception e) {
                progress.accept("could not stop " + resource + ": " + e.getMessage());
            }
        }
        started.clear();
    }

    /** An argument that a benchmark cannot use: one line, exit code 2. */
    public static final class WrongArgument extends RuntimeException {
        private static final long serialVersionUID = 1;

        WrongArgument(String line) {
            super(line, null, false, false);
        }
    }
}
