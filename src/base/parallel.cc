// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/parallel.h"

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <system_error>
#include <thread>
#include <vector>

namespace caisson {
namespace {

// What a thread takes at a time. Less is not worth a thread: it costs as much to start one.
constexpr std::size_t batch = 16;
// With more they wait for each other in the kernel, and others need the processors, too.
constexpr std::size_t most_threads = 4;

// Has malloc hold that much for this thread, with its pages: to fetch them one by one, at the first
// touch of each, costs more than a parser, and more yet where threads do so at once.
void reserve_memory(std::size_t bytes) {
    constexpr std::size_t least = 256 << 10;
    constexpr std::size_t most = 16 << 20;  // malloc has no larger ones for a thread
    if (bytes < least)
        return;
    (void)::mallopt(M_MMAP_THRESHOLD, 2 * most);
    (void)::mallopt(M_TRIM_THRESHOLD, 8 * most);
    bytes = std::min(bytes, most);
    void* const memory = std::malloc(bytes);
    if (memory == nullptr)
        return;
    const auto page = static_cast<std::uintptr_t>(::getpagesize());
    const auto address = reinterpret_cast<std::uintptr_t>(memory);
    const std::uintptr_t begin = (address + page - 1) / page * page;
    const std::uintptr_t end = (address + bytes) / page * page;
    // Linux 5.14; without it the pages come one by one.
    (void)::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_POPULATE_WRITE);
    std::free(memory);
}

}  // namespace

void parallel_for(std::size_t count, const std::function<void(std::size_t)>& work,
                  std::size_t memory) {
    std::size_t threads = std::min(most_threads, (count + batch - 1) / batch);
    if (threads > 1)
        threads = std::min<std::size_t>(threads, std::max(1U, std::thread::hardware_concurrency()));
    std::atomic<std::size_t> next = 0;
    const auto run = [&] {
        reserve_memory(count / std::max<std::size_t>(threads, 1) * memory);
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
