//! The heap of timers. It is CPython's `heapq` to the letter, so that timers with equal deadlines
//! fire in the same order as there.

use crate::objects::header::Gc;

use super::handle::Handle;

#[derive(Default)]
pub struct Timers {
    heap: Vec<Gc<Handle>>,
    /// Cancelled ones still in the heap.
    pub cancelled: usize,
}

/// From this many timers on, cancelled ones are swept out when they are the half.
const MIN_SWEEP: usize = 100;

fn before(a: &Gc<Handle>, b: &Gc<Handle>) -> bool {
    a.deadline.get() < b.deadline.get()
}

impl Timers {
    pub fn len(&self) -> usize {
        self.heap.len()
    }

    pub fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }

    pub fn iter(&self) -> std::slice::Iter<'_, Gc<Handle>> {
        self.heap.iter()
    }

    pub fn first(&self) -> Option<&Gc<Handle>> {
        self.heap.first()
    }

    pub fn take_all(&mut self) -> Vec<Gc<Handle>> {
        self.cancelled = 0;
        std::mem::take(&mut self.heap)
    }

    pub fn push(&mut self, handle: Gc<Handle>) {
        self.heap.push(handle);
        self.sift_down(0, self.heap.len() - 1);
    }

    pub fn pop(&mut self) -> Option<Gc<Handle>> {
        let last = self.heap.pop()?;
        if self.heap.is_empty() {
            return Some(last);
        }
        let first = std::mem::replace(&mut self.heap[0], last);
        self.sift_up(0);
        Some(first)
    }

    /// Takes out cancelled timers: all of them when they are many, else those at the top.
    pub fn sweep(&mut self) -> Vec<Gc<Handle>> {
        let count = self.heap.len();
        if count > MIN_SWEEP && self.cancelled * 2 > count {
            let (gone, kept) = std::mem::take(&mut self.heap)
                .into_iter()
                .partition(|h| h.cancelled.get());
            self.heap = kept;
            for at in (0..self.heap.len() / 2).rev() {
                self.sift_up(at);
            }
            self.cancelled = 0;
            return gone;
        }
        let mut gone = Vec::new();
        while self.heap.first().is_some_and(|h| h.cancelled.get()) {
            self.cancelled = self.cancelled.saturating_sub(1);
            gone.extend(self.pop());
        }
        gone
    }

    fn sift_down(&mut self, start: usize, mut at: usize) {
        while at > start {
            let parent = (at - 1) / 2;
            if !before(&self.heap[at], &self.heap[parent]) {
                break;
            }
            self.heap.swap(at, parent);
            at = parent;
        }
    }

    fn sift_up(&mut self, start: usize) {
        let end = self.heap.len();
        let mut at = start;
        let mut child = 2 * at + 1;
        while child < end {
            let right = child + 1;
            if right < end && !before(&self.heap[child], &self.heap[right]) {
                child = right;
            }
            self.heap.swap(at, child);
            at = child;
            child = 2 * at + 1;
        }
        self.sift_down(start, at);
    }
}
