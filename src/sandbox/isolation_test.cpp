// What a hostile program tries, at every level of isolation that this machine gives. A level that it does
// not give is skipped, with the reason.
#include <gtest/gtest.h>

#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <map>
#include <thread>

#include "sandbox/descriptor.h"
#include "sandbox/test_support.h"

namespace reckon::sandbox {
namespace {

struct Setting {
  const char* name;
  Isolation isolation;
  bool cgroups;
};

void PrintTo(const Setting& setting, std::ostream* stream) { *stream << setting.name; }

Options options_of(const Setting& setting) {
  Options options;
  options.strongest = setting.isolation;
  options.parallel = 8;
  if (!setting.cgroups) options.cgroup_folder = "/nowhere";
  return options;
}

// Opened once for each setting: the probe would be most of the work.
const Result<std::unique_ptr<Sandbox>>& shared_sandbox(const Setting& setting) {
  static std::map<std::string, Result<std::unique_ptr<Sandbox>>> opened;
  auto found = opened.find(setting.name);
  if (found == opened.end()) found = opened.emplace(setting.name, Sandbox::open(options_of(setting))).first;
  return found->second;
}

// All other tests of isolation are skipped where there is none; this one fails when it is there and we do not find it.
TEST(Isolation, IsFoundWherePlainBubblewrapGivesIt) {
  if (std::system("bwrap --ro-bind / / --proc /proc --dev /dev --unshare-all --die-with-parent true > /dev/null 2>&1") != 0) GTEST_SKIP() << "bubblewrap does not isolate here";
  const auto opened = Sandbox::open(Options{});
  ASSERT_TRUE(opened.ok()) << opened.status().to_string();
  EXPECT_NE(opened.value()->probed().isolation, Isolation::none);
}

class IsolationTest : public testing::TestWithParam<Setting> {
 protected:
  void SetUp() override {
    const auto& opened = shared_sandbox(GetParam());
    if (!opened.ok()) GTEST_SKIP() << "this machine does not isolate: " << opened.status().to_string();
    sandbox_ = opened.value().get();
    if (sandbox_->probed().isolation != GetParam().isolation) GTEST_SKIP() << "not given here: " << failed_checks(sandbox_->probed());
    if (GetParam().cgroups && !has_cgroups()) GTEST_SKIP() << "no cgroups here: " << failed_checks(sandbox_->probed());
    if (access("/usr/bin/python3", X_OK) != 0) GTEST_SKIP() << "/usr/bin/python3, which plays the hostile program, is not installed";
  }

  bool has_cgroups() const {
    for (const Check& check : sandbox_->probed().checks) {
      if (check.name == "cgroup") return check.passed;
    }
    return false;
  }

  Outcome python(const std::string& source) { return sandbox_->run(program(source)); }

  // With a marker in its command line, which forks inherit.
  Program program(const std::string& source) {
    Program result = python_program(source);
    result.arguments.push_back(marker_);
    result.limits.cpu_milliseconds = 5000;
    return result;
  }

  // Runs `source` and expects that nothing of it is left.
  Outcome run_and_count(const Program& program) {
    Outcome outcome = sandbox_->run(program);
    EXPECT_EQ(count_processes(marker_), 0);
    return outcome;
  }

  const Sandbox* sandbox_ = nullptr;
  const std::string marker_ = "marker-" + std::to_string(getpid()) + "-" +
                              testing::UnitTest::GetInstance()->current_test_info()->name();
};

bool cgroups_left(pid_t engine) {
  const std::string prefix = "reckon-" + std::to_string(engine) + "-";
  std::error_code error;
  const std::filesystem::recursive_directory_iterator end;
  for (std::filesystem::recursive_directory_iterator at("/sys/fs/cgroup", error); !error && at != end; at.increment(error)) {
    if (at->path().filename().string().starts_with(prefix)) return true;
  }
  return false;
}

#define EXPECT_VERDICT(outcome, expected) EXPECT_EQ(to_string((outcome).verdict), expected) << explain(outcome)

TEST_P(IsolationTest, AnHonestProgramRuns) {
  Program honest = program("import sys, json, math, threading, subprocess, socket, multiprocessing\n"
                           "print(sum(map(int, sys.stdin.read().split())))\n"
                           "threading.Thread(target=lambda: print('thread')).start()\n"
                           "print(subprocess.run(['/usr/bin/printf', 'child'], capture_output=True, text=True).stdout)\n"
                           "a, b = socket.socketpair(); a.send(b'x'); b.recv(1)\n"
                           "multiprocessing.Lock()\n"
                           "open('/tmp/file', 'w').write('x'); open('here', 'w').write('x')\n"
                           "open('/dev/stdout', 'w').write('device\\n')\n");
  honest.input = "1 2 3\n4";
  const Outcome outcome = run_and_count(honest);
  EXPECT_VERDICT(outcome, "OK");
  for (const char* word : {"10", "thread", "child", "device"}) EXPECT_NE(outcome.standard_output.find(word), std::string::npos) << word;
  EXPECT_EQ(outcome.isolation, GetParam().isolation);
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_GT(outcome.cpu_milliseconds, 0.0);
  EXPECT_GT(outcome.peak_bytes, 1 << 20);
}

TEST_P(IsolationTest, FilesOfTheMachineAreOutOfReach) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "secret") << "secret";
  const Outcome outcome = python("import os\nfor path in ['/etc/passwd', '/etc/shadow', '/etc/hostname', '/root', '/home', '/var', '/run', '/srv', '/mnt',\n"
                                 "  '/sys', '/boot', '/proc/kcore', '/proc/1/environ', '/proc/1/mem', '/proc/1/root', r'" RECKON_SOURCE_DIR "', r'" +
                                 folder.path().string() + "', r'" + (folder.path() / "secret").string() + "']:\n"
                                 "  try:\n    os.listdir(path) if os.path.isdir(path) else open(path, 'rb').read(1)\n    print('read', path)\n"
                                 "  except OSError: pass\n");
  EXPECT_VERDICT(outcome, "OK");
  EXPECT_EQ(outcome.standard_output, "");
}

TEST_P(IsolationTest, WritesOutsideItsOwnFoldersFail) {
  const Outcome outcome = python("import os\nfor path in ['/x', '/usr/x', '/usr/bin/x', '/usr/bin/python3', '/etc/x', '/dev/x', '/proc/x', '/init', '/box/program.py',\n"
                                 "  '/proc/sys/kernel/core_pattern', '/proc/sysrq-trigger', '/proc/1/oom_score_adj', '/proc/self/oom_score_adj']:\n"
                                 "  try:\n    open(path, 'a').write('x')\n    print('wrote', path)\n"
                                 "  except OSError: pass\n");
  EXPECT_VERDICT(outcome, "OK");
  EXPECT_EQ(outcome.standard_output, "");
}

TEST_P(IsolationTest, TheFoldersInMemoryAreBounded) {
  Program filler = program("for folder in ['/tmp', '/box', '/dev/shm']:\n"
                           "  try:\n    with open(folder + '/big', 'wb') as file:\n      for i in range(64): file.write(bytes(1 << 20))\n"
                           "    print('no end', folder)\n"
                           "  except OSError as error: print(error.errno)\n");
  filler.limits.disk_bytes = 4 << 20;
  const Outcome outcome = run_and_count(filler);
  EXPECT_VERDICT(outcome, "OK");
  EXPECT_EQ(outcome.standard_output, "28\n28\n28\n");  // ENOSPC
}

TEST_P(IsolationTest, NoNetwork) {
  const Descriptor listener(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  ASSERT_EQ(bind(listener.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(listen(listener.get(), 1), 0);
  ASSERT_EQ(getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);

  const Descriptor abstract(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  std::memcpy(name.sun_path + 1, marker_.data(), marker_.size());
  ASSERT_EQ(bind(abstract.get(), reinterpret_cast<sockaddr*>(&name), static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + marker_.size())), 0);
  ASSERT_EQ(listen(abstract.get(), 1), 0);

  const Outcome outcome = python("import socket\n"
                                 "def attempt(name, action):\n  try:\n    action()\n    print('reached', name)\n  except OSError: pass\n"
                                 "attempt('tcp', lambda: socket.create_connection(('127.0.0.1', " + std::to_string(ntohs(address.sin_port)) + ")))\n"
                                 "attempt('udp', lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 53)))\n"
                                 "attempt('tcp6', lambda: socket.socket(socket.AF_INET6))\n"
                                 "attempt('dns', lambda: socket.getaddrinfo('example.org', 80))\n"
                                 "attempt('vsock', lambda: socket.socket(socket.AF_VSOCK))\n"
                                 "attempt('netlink', lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW))\n"
                                 "attempt('packet', lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW))\n"
                                 "attempt('abstract', lambda: socket.socket(socket.AF_UNIX).connect('\\0" + marker_ + "'))\n"
                                 "print(open('/proc/net/dev').read().count(':'))\n");
  EXPECT_VERDICT(outcome, "OK");
  EXPECT_EQ(outcome.standard_output, "1\n");  // the loopback interface of its own
}

TEST_P(IsolationTest, TheEnvironmentHoldsOnlyTheListedNames) {
  setenv("RECKON_TEST_CANARY", "canary-secret", 1);
  const Outcome outcome = python("import os, glob\nprint(sorted(os.environ))\n"
                                 "for path in glob.glob('/proc/[0-9]*/environ') + glob.glob('/proc/[0-9]*/cmdline'):\n"
                                 "  try:\n    if b'canary' in open(path, 'rb').read(): print('leak', path)\n  except OSError: pass\n");
  unsetenv("RECKON_TEST_CANARY");
  EXPECT_VERDICT(outcome, "OK");
  EXPECT_EQ(outcome.standard_output, "['HOME', 'LANG', 'OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'PATH', 'PWD', 'PYTHONHASHSEED']\n");
}

TEST_P(IsolationTest, NoDescriptorOfTheEngineIsInherited) {
  const int leaky = open(RECKON_SOURCE_DIR "/README.md", O_RDONLY);  // not close-on-exec
  const Outcome outcome = python("import os\nprint(sorted(int(n) for n in os.listdir('/proc/self/fd'))[:-1])\n");
  close(leaky);
  EXPECT_VERDICT(outcome, "OK");
  EXPECT_EQ(outcome.standard_output, "[0, 1, 2]\n");
}

TEST_P(IsolationTest, KillingEverybodyReachesOnlyItself) {
  const Outcome outcome = run_and_count(program("import os, signal, time\nif os.fork() == 0: time.sleep(600)\n"
                                                "os.kill(-1, signal.SIGKILL)\nprint(os.wait()[1])\n"));
  EXPECT_VERDICT(outcome, "OK");
  EXPECT_EQ(outcome.standard_output, "9\n");
}

TEST_P(IsolationTest, TheFirstProcessCannotBeHarmed) {
  const Outcome outcome = run_and_count(program("import os, resource, sys\n"
                                                "for number in range(1, 65):\n  try: os.kill(1, number)\n  except OSError: pass\n"
                                                "try:\n  resource.prlimit(1, resource.RLIMIT_CPU, (0, 0))\n  print('limited')\n"
                                                "except OSError: pass\n"
                                                "sys.exit(3)\n"));
  EXPECT_VERDICT(outcome, "RE");
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_EQ(outcome.standard_output, "");
}

TEST_P(IsolationTest, AForkBombEnds) {
  Program bomb = program("import os\nwhile True:\n  try: os.fork()\n  except OSError: pass\n");
  bomb.limits.cpu_milliseconds = 1000;
  const Outcome outcome = run_and_count(bomb);
  // Whichever limit it reaches first.
  const bool ended = outcome.verdict == Verdict::time_limit || outcome.verdict == Verdict::runtime_error || outcome.verdict == Verdict::memory_limit;
  EXPECT_TRUE(ended) << explain(outcome);
  EXPECT_VERDICT(python("print('next')"), "OK");
}

TEST_P(IsolationTest, TenThousandThreadsAreRefused) {
  const Outcome outcome = run_and_count(program("import threading, time\nthreading.stack_size(1 << 16)\n"
                                                "for i in range(10000): threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
                                                "print('all started')\n"));
  EXPECT_VERDICT(outcome, "RE");
  EXPECT_EQ(outcome.standard_output, "");
}

TEST_P(IsolationTest, ADaemonDoesNotOutliveTheProgram) {
  // It holds the pipes open, too: the run must not wait for it.
  const Outcome outcome = run_and_count(program("import os, time\n"
                                                "if os.fork() == 0:\n  os.setsid()\n  if os.fork() == 0:\n    time.sleep(600)\n  os._exit(0)\n"
                                                "os.wait()\nprint('parent')\n"));
  EXPECT_VERDICT(outcome, "OK");
  EXPECT_EQ(outcome.standard_output, "parent\n");
}

TEST_P(IsolationTest, EndlessOutputIsCut) {
  for (const char* stream : {"stdout", "stderr"}) {
    Program flood = program("import sys\nwhile True: sys." + std::string(stream) + ".write('x' * 65536)\n");
    flood.limits.output_bytes = 100'000;
    flood.limits.error_bytes = 50'000;
    const Outcome outcome = run_and_count(flood);
    EXPECT_VERDICT(outcome, "OLE");
    EXPECT_LE(outcome.standard_output.size(), 100'000u);
    EXPECT_LE(outcome.standard_error.size(), 50'000u);
  }
}

TEST_P(IsolationTest, EndlessComputingEnds) {
  Program loop = program("while True: pass\n");
  loop.limits.cpu_milliseconds = 300;
  loop.limits.wall_milliseconds = 60'000;
  const Outcome outcome = run_and_count(loop);
  EXPECT_VERDICT(outcome, "TLE");
  EXPECT_NE(outcome.reason.find("processor"), std::string::npos);
}

TEST_P(IsolationTest, EndlessSleepingEnds) {
  Program sleeper = program("import time\nwhile True: time.sleep(1)\n");
  sleeper.limits.wall_milliseconds = 500;
  const Outcome outcome = run_and_count(sleeper);
  EXPECT_VERDICT(outcome, "TLE");
  EXPECT_NE(outcome.reason.find("wall"), std::string::npos);
}

TEST_P(IsolationTest, IgnoringSignalsDoesNotHelp) {
  Program stubborn = program("import signal\nfor n in range(1, 65):\n  try: signal.signal(n, signal.SIG_IGN)\n  except (OSError, ValueError): pass\n"
                             "while True: pass\n");
  stubborn.limits.cpu_milliseconds = 300;
  EXPECT_VERDICT(run_and_count(stubborn), "TLE");
}

TEST_P(IsolationTest, ProcessorTimeOfAllProcessesCounts) {
  // A chain: each process computes for less than the limit of one, then hands over.
  Program chain = program("import os, time\nwhile True:\n  start = time.process_time()\n  while time.process_time() - start < 0.2: pass\n"
                          "  child = os.fork()\n  if child: os.waitpid(child, 0); os._exit(0)\n");
  chain.limits.cpu_milliseconds = 900;
  chain.limits.wall_milliseconds = 60'000;
  const Outcome outcome = run_and_count(chain);
  EXPECT_VERDICT(outcome, "TLE");
  EXPECT_NE(outcome.reason.find("processor"), std::string::npos);
}

TEST_P(IsolationTest, EightGigabytesAreTooMuch) {
  Program reserved = program("data = bytearray(8 << 30)\nprint(len(data))\n");
  EXPECT_VERDICT(run_and_count(reserved), "MLE");
  Program touched = program("data = []\nwhile True: data.append(b'x' * (1 << 20))\n");
  touched.limits.memory_bytes = 128 << 20;
  EXPECT_VERDICT(run_and_count(touched), "MLE");
}

TEST_P(IsolationTest, MemoryOfAllProcessesCounts) {
  Program several = program("import os, time\nfor i in range(8):\n  if os.fork() == 0:\n    data = b'x' * (40 << 20)\n    time.sleep(60)\n    os._exit(len(data) & 1)\n"
                            "for i in range(8): os.wait()\n");
  several.limits.memory_bytes = 128 << 20;
  several.limits.wall_milliseconds = 30'000;
  EXPECT_VERDICT(run_and_count(several), "MLE");
}

TEST_P(IsolationTest, MemoryInSharedMappingsCounts) {
  Program shared = program("import mmap, time\nkept = []\nfor i in range(64):\n  kept.append(mmap.mmap(-1, 8 << 20))\n  kept[-1].write(b'x' * (8 << 20))\n  time.sleep(0.01)\n");
  shared.limits.memory_bytes = 128 << 20;
  EXPECT_VERDICT(run_and_count(shared), "MLE");
}

TEST_P(IsolationTest, FilesInMemoryCountWithCgroups) {
  if (!GetParam().cgroups) GTEST_SKIP() << "only the kernel sees these; without cgroups they are bounded by disk_bytes";
  Program filler = program("for folder in ['/tmp', '/box', '/dev/shm']:\n  with open(folder + '/big', 'wb') as file:\n    for i in range(60): file.write(bytes(1 << 20))\n");
  filler.limits.memory_bytes = 64 << 20;
  EXPECT_VERDICT(run_and_count(filler), "MLE");
}

TEST_P(IsolationTest, AFileOverTheLimitIsOutput) {
  Program writer;
  writer.arguments = {"dd", "if=/dev/zero", "of=/tmp/big", "bs=1M", "count=8"};
  writer.limits.file_bytes = 1 << 20;
  EXPECT_VERDICT(sandbox_->run(writer), "OLE");
}

TEST_P(IsolationTest, LinksLeftBehindLeadNowhere) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "precious") << "untouched";
  std::filesystem::permissions(folder.path() / "precious", std::filesystem::perms(0640));
  const std::string target = (folder.path() / "precious").string();
  const Outcome outcome = run_and_count(program("import os\nos.remove('program.py')\n"
                                                "os.symlink(r'" + target + "', 'program.py')\nos.symlink(r'" + folder.path().string() + "', 'folder')\n"
                                                "os.symlink('/etc/passwd', '/tmp/out')\n"));
  EXPECT_VERDICT(outcome, "OK");
  EXPECT_EQ(outcome.standard_output, "");
  EXPECT_EQ(file_text(target), "untouched");
  EXPECT_EQ(std::filesystem::status(target).permissions(), std::filesystem::perms(0640));
}

TEST_P(IsolationTest, SetuidProgramsGiveNothing) {
  const Outcome outcome = python("import os, shutil, subprocess\n"
                                 "shutil.copy('/usr/bin/id', '/tmp/id')\nos.chmod('/tmp/id', 0o6755)\n"
                                 "if subprocess.run(['/tmp/id', '-u'], capture_output=True, text=True).stdout.strip() == '0': print('copy became root')\n"
                                 "for name in ['su', 'mount', 'passwd', 'sudo', 'newgrp']:\n"
                                 "  path = '/usr/bin/' + name\n"
                                 "  if os.path.exists(path) and not os.statvfs(path).f_flag & os.ST_NOSUID: print('setuid works for', path)\n"
                                 "for line in open('/proc/self/status'):\n"
                                 "  if line.startswith(('Cap', 'NoNewPrivs')): print(int(line.split()[1], 16), end=' ')\n"
                                 "if os.path.exists('/usr/bin/su'):\n"
                                 "  r = subprocess.run(['/usr/bin/su', '-c', 'id -u'], stdin=subprocess.DEVNULL, capture_output=True)\n"
                                 "  if r.returncode == 0: print('su worked')\n");
  EXPECT_VERDICT(outcome, "OK");
  EXPECT_EQ(outcome.standard_output, "0 0 0 0 0 1 ");
}

TEST_P(IsolationTest, NestedNamespacesAreDenied) {
  const Outcome outcome = python("import ctypes, os, subprocess\nlibc = ctypes.CDLL(None, use_errno=True)\n"
                                 "for flag in [0x10000000, 0x00020000, 0x40000000, 0x20000000]:\n"
                                 "  if libc.unshare(flag) == 0: print('unshared', hex(flag))\n"
                                 "for word in ['-U', '-Ur', '-m', '-n']:\n"
                                 "  if os.path.exists('/usr/bin/unshare') and subprocess.run(['/usr/bin/unshare', word, 'true'], capture_output=True).returncode == 0: print(word)\n"
                                 "if libc.mount(b'none', b'/tmp', b'tmpfs', 0, None) == 0: print('mounted')\n"
                                 "if libc.ptrace(0, 0, 0, 0) == 0: print('traced')\n");
  EXPECT_VERDICT(outcome, "OK");
  EXPECT_EQ(outcome.standard_output, "");
}

// io_uring, keyrings, bpf, ptrace, mount and the network families, tried by the self-check with raw calls.
TEST_P(IsolationTest, TheSelfCheckPasses) {
  int passed = 0;
  for (const Check& check : sandbox_->probed().checks) {
    if (check.name.starts_with(std::string(to_string(GetParam().isolation)) + ".")) passed += check.passed;
  }
  EXPECT_EQ(passed, 8) << failed_checks(sandbox_->probed());
}

TEST_P(IsolationTest, AHundredRunsInParallelLeaveNothing) {
  const std::string mounts = file_text("/proc/self/mountinfo");
  const TemporaryFolder temporary;  // of this test alone
  setenv("TMPDIR", temporary.path().c_str(), 1);
  const std::size_t descriptors = names_in("/proc/self/fd").size();
  std::vector<Outcome> outcomes(100);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    threads.emplace_back([&, i] { outcomes[i] = python("import os\nif os.fork() == 0:\n  import time\n  time.sleep(600)\nprint(" + std::to_string(i) + ")\n"); });
  }
  for (std::thread& thread : threads) thread.join();
  unsetenv("TMPDIR");
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    EXPECT_VERDICT(outcomes[i], "OK");
    EXPECT_EQ(outcomes[i].standard_output, std::to_string(i) + "\n");
  }
  EXPECT_EQ(count_processes(marker_), 0);
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1) << "a child, perhaps a zombie, is left";
  EXPECT_EQ(file_text("/proc/self/mountinfo"), mounts);
  EXPECT_EQ(names_in(temporary.path()).size(), 0u);
  EXPECT_EQ(names_in("/proc/self/fd").size(), descriptors);
  EXPECT_FALSE(cgroups_left(getpid()));
}

TEST_P(IsolationTest, AKilledEngineTakesItsRunsAlong) {
  Program sleeper = program("import os, time\nif os.fork() == 0:\n  os.setsid()\ntime.sleep(600)\n");
  sleeper.limits.wall_milliseconds = 600'000;
  const pid_t engine = fork();
  if (engine == 0) {
    sandbox_->run(sleeper);
    _exit(0);
  }
  const auto wait_until = [&](auto condition) {
    for (int i = 0; i < 2000 && !condition(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return condition();
  };
  // bubblewrap's own command line holds the marker as well: wait for the program and its child.
  EXPECT_TRUE(wait_until([&] { return count_processes(marker_) >= 4; })) << count_processes(marker_);
  kill(engine, SIGKILL);
  waitpid(engine, nullptr, 0);
  EXPECT_TRUE(wait_until([&] { return count_processes(marker_) == 0; })) << count_processes(marker_);
  // It could not remove its cgroup; the next engine does.
  EXPECT_TRUE(wait_until([&] {
    (void)Sandbox::open(options_of(GetParam()));
    return !cgroups_left(engine);
  }));
}

INSTANTIATE_TEST_SUITE_P(Levels, IsolationTest,
                         testing::Values(Setting{"full", Isolation::full, true}, Setting{"full_without_cgroups", Isolation::full, false},
                                         Setting{"privileged", Isolation::privileged, true}),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace reckon::sandbox
