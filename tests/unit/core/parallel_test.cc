// SPDX-License-Identifier: LGPL-2.1-or-later
#include <gtest/gtest.h>

#include <atomic>
#include <vector>

#include "base/parallel.h"

namespace caisson {
namespace {

// How often each of `count` was called.
std::vector<int> calls(std::size_t count) {
    std::vector<std::atomic<int>> called(count);
    parallel_for(count, [&](std::size_t i) { ++called.at(i); });
    return {called.begin(), called.end()};
}

TEST(ParallelFor, CallsEachOnce) {
    for (const std::size_t count : {0, 1, 15, 16, 17, 1000})
        EXPECT_EQ(calls(count), std::vector<int>(count, 1)) << count;
}

TEST(ParallelFor, SeesWhatWasDoneWhenItReturns) {
    std::vector<std::size_t> squares(500);
    parallel_for(squares.size(), [&](std::size_t i) { squares[i] = i * i; });
    EXPECT_EQ(squares[499], 499u * 499u);
}

}  // namespace
}  // namespace caisson
