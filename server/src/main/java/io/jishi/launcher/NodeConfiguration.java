package io.jishi.launcher;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What the server knows of the configuration of its nodes. The launcher uses nothing of the server, so it is handed this:
 * it reads as the nodes will read, and hears of a mistake before it has made a database for nodes that would refuse it.
 */
public interface NodeConfiguration {
    /**
     * Keys and values of a configuration file, nested groups joined by dots.
     *
     * @throws io.jishi.core.Invalid where it is none, naming the line
     */
    Map<String, String> file(Path file);

    /**
     * The same variables, those that name files of secrets replaced by what the files hold.
     *
     * @throws io.jishi.core.Invalid where such a file cannot be read, or a secret is in two places
     */
    Map<String, String> withSecretFiles(Map<String, String> environment);

    /**
     * Whether a node would start with this.
     *
     * @throws io.jishi.core.Invalid with the sentence that the node would refuse it with
     */
    void check(Optional<Path> file, Map<String, String> environment);
}
