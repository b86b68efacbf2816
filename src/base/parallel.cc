// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/parallel.h"

#include <algorithm>
#include <atomic>
#include <system_error>
#include <thread>
#include <vector>

namespace caisson {
namespace {

// What a thread takes at a time. Less is not worth a thread: it costs as much to start one.
constexpr std::size_t batch = 16;
// With more they wait for each other in the kernel, and others need the processors, too.
constexpr std::size_t most_threads = 4;

}  // namespace

void parallel_for(std::size_t count, const std::function<void(std::size_t)>& work) {
    std::size_t threads = std::min(most_threads, (count + batch - 1) / batch);
    if (threads > 1)
        threads = std::min<std::size_t>(threads, std::max(1U, std::thread::hardware_concurrency()));
    std::atomic<std::size_t> next = 0;
    const auto run = [&] {
        while (true) {
            const std::size_t begin = next.fetch_add(batch);
            if (begin >= count)
                return;
            for (std::size_t i = begin; i < std::min(begin + batch, count); ++i)
                work(i);
        }
    };
    std::vector<std::jthread> others;
    others.reserve(threads);
    try {
        while (others.size() + 1 < threads)
            others.emplace_back(run);
    } catch (const std::system_error&) {
        // A limit of processes is no reason to fail: this thread does what the others do not.
    }
    run();
}

}  // namespace caisson
