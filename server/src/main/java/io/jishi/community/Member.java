package io.jishi.community;

import io.jishi.accounts.User;
import io.jishi.core.Id;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What somebody is to the shop.
 *
 * @param tier from 1; null where the person is no member
 * @param since since when; null where the person is no member
 */
public record Member(
        Id<User> userId, @Nullable Integer tier, @Nullable Instant since) {}
