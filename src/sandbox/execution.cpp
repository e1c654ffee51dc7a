#include "sandbox/execution.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>

#include "sandbox/bubblewrap.h"
#include "sandbox/descriptor.h"
#include "sandbox/embedded_init.h"
#include "sandbox/init/protocol.h"
#include "sandbox/judge.h"
#include "sandbox/spawn.h"
#include "sandbox/unsafe_folder.h"

namespace reckon::sandbox {
namespace {

using Clock = std::chrono::steady_clock;

// Users that no distribution hands out. Runs at the same time, also of two engines, are mostly different ones, so
// that a limit on a user's processes is one on a run's.
constexpr uid_t first_user = 60'706;
constexpr int users = 478;
constexpr int users_between_slots = 37;
// The first process keeps the wall limit. Should it fail to, the engine ends the run this much later.
constexpr auto patience = std::chrono::seconds(10);
// What bubblewrap and the first process need besides the program.
constexpr std::int64_t own_memory = 8 << 20;
constexpr int own_processes = 3;

struct Channel {
  Descriptor ours;
  Descriptor theirs;
};

struct Channels {
  Channel output, error, report;
};

// Whether those users exist in the engine's own user namespace: in a container they need not.
bool users_exist() {
  std::ifstream map("/proc/self/uid_map");
  for (std::uint64_t inside, outside, count; map >> inside >> outside >> count;) {
    if (inside <= first_user && first_user + users <= inside + count) return true;
  }
  return false;
}

// 0: programs run as the engine's own user. Where that is the root of a user namespace without the users, it is an
// ordinary user outside, and Isolation::full makes it one inside as well; Isolation::privileged then does not hold.
uid_t user_for(int slot) {
  static const bool change = geteuid() == 0 && users_exist();
  if (!change) return 0;
  return first_user + static_cast<uid_t>((getpid() + slot * users_between_slots) % users);
}

Result<Channel> make_pipe(uid_t owner) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return errno_error("cannot make a pipe");
  // Programs open /dev/stdout, which asks who owns the pipe.
  if (owner != 0 && fchown(ends[1], owner, owner) != 0) {
    close(ends[0]);
    close(ends[1]);
    return errno_error("cannot hand a pipe over");
  }
  return Channel{Descriptor(ends[0]), Descriptor(ends[1])};
}

Result<Channels> make_channels(uid_t owner) {
  Channels channels;
  RECKON_ASSIGN_OR_RETURN(channels.output, make_pipe(owner));
  RECKON_ASSIGN_OR_RETURN(channels.error, make_pipe(owner));
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return errno_error("cannot make a socket pair");
  channels.report = {Descriptor(ends[0]), Descriptor(ends[1])};
  return channels;
}

std::string zero_separated(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text.append(word).push_back('\0');
  return text;
}

// The descriptors that only the child needs, closed here once it has them.
using Kept = std::vector<Descriptor>;

Status keep(Kept& kept, SpawnOptions& options, std::string_view content) {
  RECKON_ASSIGN_OR_RETURN(Descriptor file, memory_file(content));
  options.descriptors.push_back(file.get());
  kept.push_back(std::move(file));
  return ok_status();
}

// Bubblewrap gets its options in a file, since its command line can be read from inside, and no environment:
// what is meant for the program must not act outside.
Status prepare_isolated(const Site& site, const Program& program, int slot, SpawnOptions& options, Kept& kept) {
  const uid_t user = user_for(slot);
  if (site.isolation == Isolation::full) options.user = user;
  options.arguments = {site.bubblewrap.string(), "--args", std::to_string(arguments_descriptor)};
  for (std::string& word : init_arguments(init_path, program, static_cast<long>(user))) options.arguments.push_back(std::move(word));
  RECKON_RETURN_IF_ERROR(keep(kept, options, zero_separated(bubblewrap_options(program, site.isolation))));
  RECKON_RETURN_IF_ERROR(keep(kept, options, site.seccomp));
  RECKON_RETURN_IF_ERROR(keep(kept, options, embedded_init()));
  for (const File& file : program.files) RECKON_RETURN_IF_ERROR(keep(kept, options, file.content));
  return ok_status();
}

// The first process by itself, executed from memory.
Status prepare_unsafe(const Program& program, const UnsafeFolder& folder, SpawnOptions& options, Kept& kept) {
  options.working_folder = folder.path().string();
  for (const auto& [name, value] : environment_of(program)) options.environment.push_back(name + "=" + value);
  options.arguments = init_arguments("/proc/self/fd/" + std::to_string(arguments_descriptor), program, 0);
  return keep(kept, options, embedded_init());
}

// Reads what is there; false at the end of the stream. Bytes over `limit` are dropped, with `flooded` set.
bool drain(int descriptor, std::string& text, std::int64_t limit, bool& flooded) {
  char buffer[65536];
  const ssize_t count = read(descriptor, buffer, sizeof(buffer));
  if (count < 0) return errno == EINTR || errno == EAGAIN;
  const auto room = static_cast<std::size_t>(std::max<std::int64_t>(limit - static_cast<std::int64_t>(text.size()), 0));
  flooded |= static_cast<std::size_t>(count) > room;
  text.append(buffer, std::min(static_cast<std::size_t>(count), room));
  return count > 0;
}

// True while there may still be a report.
bool receive(int descriptor, std::optional<Report>& report) {
  Report packet;
  const ssize_t count = recv(descriptor, &packet, sizeof(packet), 0);
  if (count < 0) return errno == EINTR || errno == EAGAIN;
  if (count == sizeof(packet)) report = packet;
  return count > 0;
}

// Until all three streams have ended or the patience has.
Observation collect(Channels& channels, const Limits& limits) {
  Observation seen;
  auto deadline = Clock::now() + std::chrono::milliseconds(wall_milliseconds(limits)) + patience;
  pollfd streams[] = {{channels.output.ours.get(), POLLIN, 0}, {channels.error.ours.get(), POLLIN, 0},
                      {channels.report.ours.get(), POLLIN, 0}};
  const auto open = [](const pollfd& stream) { return stream.fd >= 0; };
  while (std::ranges::any_of(streams, open)) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) break;
    if (poll(streams, 3, static_cast<int>(std::min<std::int64_t>(left, 60'000))) < 0) continue;
    const bool was_flooded = seen.output_flooded;
    if (streams[0].revents && !drain(streams[0].fd, seen.standard_output, limits.output_bytes, seen.output_flooded)) streams[0].fd = -1;
    if (streams[1].revents && !drain(streams[1].fd, seen.standard_error, limits.error_bytes, seen.output_flooded)) streams[1].fd = -1;
    if (streams[2].revents && !receive(streams[2].fd, seen.report)) streams[2].fd = -1;
    if (seen.output_flooded && !was_flooded) shutdown(channels.report.ours.get(), SHUT_WR);  // ends the run
    // After the report nobody is left to write; without isolation somebody may be, so wait no longer than this.
    if (seen.report) deadline = std::min(deadline, Clock::now() + patience);
  }
  return seen;
}

void wait_for(pid_t child) {
  while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {}
}

Outcome failure(const Status& status) {
  Outcome outcome;
  outcome.reason = status.to_string();
  return outcome;
}

Result<Outcome> attempt(const Site& site, const Program& program, int slot) {
  const bool isolated = site.isolation != Isolation::none;
  const uid_t owner = isolated ? user_for(slot) : 0;
  RECKON_ASSIGN_OR_RETURN(Channels channels, make_channels(owner));
  RECKON_ASSIGN_OR_RETURN(const Descriptor input, memory_file(program.input));
  SpawnOptions options;
  options.descriptors = {input.get(), channels.output.theirs.get(), channels.error.theirs.get(), channels.report.theirs.get()};
  Kept kept;
  UnsafeFolder folder;
  if (isolated) {
    RECKON_RETURN_IF_ERROR(prepare_isolated(site, program, slot, options, kept));
  } else {
    RECKON_RETURN_IF_ERROR(folder.fill(program.files));
    RECKON_RETURN_IF_ERROR(prepare_unsafe(program, folder, options, kept));
  }
  Cgroup group;
  if (site.cgroups.available()) {
    RECKON_ASSIGN_OR_RETURN(group, site.cgroups.create({program.limits.memory_bytes + own_memory, program.limits.processes + own_processes}));
    options.cgroup_files = group.entrances();
  }
  RECKON_ASSIGN_OR_RETURN(const pid_t child, spawn(options));
  kept.clear();
  for (Channel* channel : {&channels.output, &channels.error, &channels.report}) channel->theirs.close();
  Observation seen = collect(channels, program.limits);
  if (!seen.report) kill(child, SIGKILL);  // it has ended already, or must now
  wait_for(child);
  seen.out_of_memory = group.out_of_memory();
  return judge(std::move(seen), program.limits);
}

}  // namespace

Outcome execute(const Site& site, const Program& program, int slot) {
  Result<Outcome> result = attempt(site, program, slot);
  Outcome outcome = result.ok() ? std::move(*result) : failure(result.status());
  outcome.isolation = site.isolation;
  return outcome;
}

}  // namespace reckon::sandbox
