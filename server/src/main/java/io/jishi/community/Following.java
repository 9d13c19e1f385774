package io.jishi.community;

import io.jishi.accounts.User;
import io.jishi.core.Id;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a caller is to a host.
 *
 * @param since since when the caller follows; null where he does not
 * @param followers how many follow the host
 */
public record Following(Id<User> hostId, @Nullable Instant since, long followers) {}
