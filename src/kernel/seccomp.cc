// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernel/seccomp.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cstddef>
#include <memory>

#include "base/scope_exit.h"
#include "kernel/files.h"
#include "kernel/syscalls.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace caisson {
namespace {

constexpr const char* cache_directory = "/run/caisson/seccomp";

using Context = std::unique_ptr<void, Releases<::seccomp_release>>;

// Where the number of a call is the same on all architectures (Linux 5.1 and later).
constexpr int first_common_number = 424;

Result<void> add_rule(scmp_filter_ctx context, const SyscallRule& rule, const Syscall& syscall) {
    int number = ::seccomp_syscall_resolve_name(syscall.name);
    if (number < 0 && syscall.number >= first_common_number)
        number = syscall.number;
    if (number < 0)
        return {};  // not on this architecture
    const std::uint32_t action = rule.action == SyscallAction::Allow
                                     ? SCMP_ACT_ALLOW
                                     : SCMP_ACT_ERRNO(static_cast<unsigned>(rule.errnum));
    scmp_arg_cmp argument{};
    if (rule.argument) {
        const ArgumentTest& test = *rule.argument;
        argument.arg = test.index;
        argument.datum_a = test.value;
        switch (test.comparison) {
        case Comparison::Equal:
            argument.op = SCMP_CMP_EQ;
            break;
        case Comparison::Less:
            argument.op = SCMP_CMP_LT;
            break;
        case Comparison::Greater:
            argument.op = SCMP_CMP_GT;
            break;
        case Comparison::MaskedEqual:
            argument.op = SCMP_CMP_MASKED_EQ;
            argument.datum_a = test.mask;
            argument.datum_b = test.value;
            break;
        }
    }
    const int r = ::seccomp_rule_add_array(context, action, number, rule.argument ? 1U : 0U,
                                           rule.argument ? &argument : nullptr);
    if (r < 0 && r != -EEXIST)
        return sys_error("seccomp: add a rule for", syscall.name, -r);
    return {};
}

std::uint32_t native_audit_architecture() {
    switch (::seccomp_arch_native()) {
    case SCMP_ARCH_X86_64:
        return AUDIT_ARCH_X86_64;
    case SCMP_ARCH_AARCH64:
        return AUDIT_ARCH_AARCH64;
    default:
        return ::seccomp_arch_native();  // libseccomp's tokens are the kernel's values
    }
}

// Calls newer than the profile get ENOSYS, so that a libc falls back instead of failing with
// EPERM. libseccomp has no ranges of numbers, hence these instructions in front of its own.
void refuse_newer_calls(SeccompFilter& filter, int highest_known_number) {
    constexpr std::uint32_t x32_bit = 0x40000000;
    const auto newest = static_cast<std::uint32_t>(highest_known_number);
    const sock_filter prologue[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, native_audit_architecture(), 0, 4),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, x32_bit, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, newest, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
    };
    filter.insert(filter.begin(), std::begin(prologue), std::end(prologue));
}

Result<SeccompFilter> export_program(scmp_filter_ctx context) {
    const UniqueFd file(::memfd_create("seccomp", MFD_CLOEXEC));
    if (!file)
        return sys_error("create a memory file");
    if (const int r = ::seccomp_export_bpf(context, file.get()); r < 0)
        return sys_error("seccomp: export the filter", {}, -r);
    struct stat status {};
    if (::fstat(file.get(), &status) < 0)
        return sys_error("stat the filter");
    SeccompFilter filter(static_cast<std::size_t>(status.st_size) / sizeof(sock_filter));
    if (::pread(file.get(), filter.data(), filter.size() * sizeof(sock_filter), 0) !=
        status.st_size)
        return sys_error("read the filter");
    return filter;
}

// The name of a compiled filter: a hash of all that it depends on.
std::string cache_name(const SeccompProfile& profile) {
    const scmp_version* version = ::seccomp_version();
    std::string key =
        std::to_string(version->major) + "." + std::to_string(version->minor) + "." +
        std::to_string(version->micro) + " " + std::to_string(::seccomp_arch_native()) + " " +
        std::to_string(profile.default_errnum) + " " + std::to_string(profile.highest_known_number);
    for (const SyscallRule& rule : profile.rules) {
        key += rule.action == SyscallAction::Allow ? "\nallow" : "\nerrno";
        key += std::to_string(rule.errnum);
        if (rule.argument)
            key += " " + std::to_string(rule.argument->index) + " " +
                   std::to_string(static_cast<int>(rule.argument->comparison)) + " " +
                   std::to_string(rule.argument->value) + " " + std::to_string(rule.argument->mask);
        for (const Syscall& syscall : rule.syscalls)
            key.append(" ").append(syscall.name);
    }
    const XXH128_hash_t hash = XXH3_128bits(key.data(), key.size());
    char name[40];
    (void)std::snprintf(name, sizeof name, "%016llx%016llx",
                        static_cast<unsigned long long>(hash.high64),
                        static_cast<unsigned long long>(hash.low64));
    return name;
}

Result<void> check_owner(int fd, std::string_view name) {
    struct stat status {};
    if (::fstat(fd, &status) < 0)
        return sys_error("stat", name);
    if (status.st_uid != 0 || (status.st_mode & 022) != 0)
        return plain_error(std::string(name) + ": not root's alone; refused as a filter's cache");
    return {};
}

Result<UniqueFd> open_cache() {
    if (::mkdir("/run/caisson", 0700) < 0 && errno != EEXIST)
        return sys_error("create directory", "/run/caisson");
    if (::mkdir(cache_directory, 0700) < 0 && errno != EEXIST)
        return sys_error("create directory", cache_directory);
    UniqueFd directory = TRY(open_path(cache_directory, O_PATH | O_DIRECTORY | O_NOFOLLOW));
    TRY(check_owner(directory.get(), cache_directory));
    return directory;
}

// Empty when the cache has none of that name.
Result<SeccompFilter> read_cached(int directory, const std::string& name) {
    const UniqueFd file(::openat(directory, name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!file && errno == ENOENT)
        return SeccompFilter();
    if (!file)
        return sys_error("open", name);
    TRY(check_owner(file.get(), name));
    const std::string bytes = TRY(read_file(file.get(), BPF_MAXINSNS * sizeof(sock_filter), name));
    SeccompFilter filter(bytes.size() / sizeof(sock_filter));
    if (filter.empty() || bytes.size() % sizeof(sock_filter) != 0)
        return plain_error(name + ": not a compiled filter; remove it");
    std::memcpy(filter.data(), bytes.data(), bytes.size());
    return filter;
}

void write_cached(int directory, const std::string& name, const SeccompFilter& filter) {
    const std::string temporary = name + "." + std::to_string(::getpid());
    const UniqueFd file(::openat(directory, temporary.c_str(),
                                 O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file)
        return;
    const std::string_view bytes(reinterpret_cast<const char*>(filter.data()),
                                 filter.size() * sizeof(sock_filter));
    if (!write_all(file.get(), bytes, name) ||
        ::renameat(directory, temporary.c_str(), directory, name.c_str()) < 0)
        (void)::unlinkat(directory, temporary.c_str(), 0);
}

}  // namespace

Result<SeccompFilter> compile_filter(const SeccompProfile& profile) {
    const Context context(
        ::seccomp_init(SCMP_ACT_ERRNO(static_cast<unsigned>(profile.default_errnum))));
    if (!context)
        return plain_error("seccomp: out of memory");
    // A binary tree over the numbers instead of a list of 300 comparisons.
    if (const int r = ::seccomp_attr_set(context.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2); r < 0)
        return sys_error("seccomp: optimise", {}, -r);
    if (const int r =
            ::seccomp_attr_set(context.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
        r < 0)
        return sys_error("seccomp: refuse foreign architectures", {}, -r);
    for (const SyscallRule& rule : profile.rules) {
        for (const Syscall& syscall : rule.syscalls)
            TRY(add_rule(context.get(), rule, syscall));
    }
    SeccompFilter filter = TRY(export_program(context.get()));
    refuse_newer_calls(filter, profile.highest_known_number);
    if (filter.size() > BPF_MAXINSNS)
        return plain_error("seccomp: the filter is too long for the kernel");
    return filter;
}

Result<SeccompFilter> load_filter(const SeccompProfile& profile) {
    const UniqueFd directory = TRY(open_cache());
    const std::string name = cache_name(profile);
    SeccompFilter filter = TRY(read_cached(directory.get(), name));
    if (!filter.empty())
        return filter;
    filter = TRY(compile_filter(profile));
    write_cached(directory.get(), name, filter);
    return filter;
}

Result<void> install_filter(const SeccompFilter& filter) {
    const sock_fprog program{.len = static_cast<unsigned short>(filter.size()),
                             .filter = const_cast<sock_filter*>(filter.data())};
    if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0)
        return sys_error("install the seccomp filter");
    return {};
}

}  // namespace caisson
