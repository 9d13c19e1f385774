package io.jishi.bench;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Ends the PostgreSQL of a folder when this process ends, however that happens and whether or not the server has come up
 * by then. A shell waits for the end of its standard input, whose other end this process holds and never writes to.
 */
final class PostgresWatch implements AutoCloseable {
    /** Only a process that serves this folder: after a while its number may be another's. */
    private static final String SCRIPT = """
            trap '' INT TERM HUP
            cat >/dev/null
            for second in 1 2 3 4 5; do
              process=$(head -n 1 "$1/postmaster.pid" 2>/dev/null)
              if [ -n "$process" ] &&
                  { cat "/proc/$process/cmdline" 2>/dev/null || ps -o args= -p "$process"; } | tr '\\0' ' ' | grep -qF "$1"; then
                kill -9 "$process"
                exit
              fi
              sleep 1
            done
            """;

    private final Process shell;

    private PostgresWatch(Process shell) {
        this.shell = shell;
    }

    /** @param folder the data of a server that is about to be started */
    static PostgresWatch over(Path folder) throws IOException {
        return new PostgresWatch(new ProcessBuilder("sh", "-c", SCRIPT, "watch", folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    /** The server is this process's own care again. */
    @Override
    public void close() {
        shell.destroyForcibly();
    }
}
