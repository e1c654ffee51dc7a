// A program that tries, from inside the sandbox, what a hostile one would try. It is part of the first
// process's executable, so that it can run on every machine.
#pragma once

namespace reckon::sandbox {

// Prints one line for each attempt, "name<TAB>pass|fail<TAB>reason"; "pass" when the attempt was refused. Returns the
// exit code.
int self_check();

}  // namespace reckon::sandbox
