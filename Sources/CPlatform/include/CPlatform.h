/// The parts of Linux that Swift's Glibc module does not show.
#pragma once
