//! Secrets and SealedSecrets as kubeseal's Go types hold them: which fields there are, how they
//! are called in errors, in which order they are printed and which are left out when empty.
//!
//! Everything that is not listed is dropped on reading, as upstream does.

use std::collections::BTreeMap;

use lacre_crypto::{CLUSTER_WIDE_ANNOTATION, NAMESPACE_WIDE_ANNOTATION, Scope};

use crate::go::base::Element;
use crate::go::codec::Kind;
use crate::go::structs::go_struct;
use crate::go::time::Time;
use crate::go::{Bytes, Lenient, Map, Names, Pointer, Raw, Slice, Text};

go_struct! {
    /// The metadata of any object.
    ObjectMeta "ObjectMeta" "v1.ObjectMeta" {
        name: Text = "name", omitempty;
        generate_name: Text = "generateName", omitempty;
        namespace: Text = "namespace", omitempty;
        self_link: Text = "selfLink", omitempty;
        uid: Text = "uid" as "types.UID", omitempty;
        resource_version: Text = "resourceVersion", omitempty;
        generation: i64 = "generation", omitempty;
        creation_timestamp: Time = "creationTimestamp", omitempty;
        deletion_timestamp: Pointer<Time> = "deletionTimestamp", omitempty;
        deletion_grace_period_seconds: Pointer<i64> = "deletionGracePeriodSeconds", omitempty;
        labels: Map<Text> = "labels", omitempty;
        annotations: Map<Text> = "annotations", omitempty;
        owner_references: Slice<OwnerReference> = "ownerReferences", omitempty;
        finalizers: Slice<Text> = "finalizers", omitempty;
        managed_fields: Slice<ManagedFieldsEntry> = "managedFields", omitempty;
    }
}

go_struct! {
    /// The object that an object belongs to.
    OwnerReference "OwnerReference" "v1.OwnerReference" {
        api_version: Text = "apiVersion";
        kind: Text = "kind";
        name: Text = "name";
        uid: Text = "uid" as "types.UID";
        controller: Pointer<bool> = "controller", omitempty;
        block_owner_deletion: Pointer<bool> = "blockOwnerDeletion", omitempty;
    }
}

impl Element for OwnerReference {
    const SLICE: Names = "[]v1.OwnerReference";
}

go_struct! {
    /// Which fields a manager has set.
    ManagedFieldsEntry "ManagedFieldsEntry" "v1.ManagedFieldsEntry" {
        manager: Text = "manager", omitempty;
        operation: Text = "operation" as "v1.ManagedFieldsOperationType", omitempty;
        api_version: Text = "apiVersion", omitempty;
        time: Pointer<Time> = "time", omitempty;
        fields_type: Text = "fieldsType", omitempty;
        fields_v1: Raw = "fieldsV1", omitempty;
        subresource: Text = "subresource", omitempty;
    }
}

impl Element for ManagedFieldsEntry {
    const SLICE: Names = "[]v1.ManagedFieldsEntry";
}

go_struct! {
    /// A Secret, and with it any input that kubeseal takes for one.
    Secret "Secret" "v1.Secret" {
        kind: Text = "kind" via "TypeMeta", omitempty;
        api_version: Text = "apiVersion" via "TypeMeta", omitempty;
        metadata: ObjectMeta = "metadata";
        immutable: Pointer<bool> = "immutable", omitempty;
        data: Map<Bytes> = "data", omitempty;
        string_data: Map<Text> = "stringData", omitempty;
        secret_type: Text = "type" as "v1.SecretType", omitempty;
    }
}

go_struct! {
    /// What the Secret made of a SealedSecret looks like, values aside.
    SecretTemplate "SecretTemplateSpec" "v1alpha1.SecretTemplateSpec" {
        metadata: ObjectMeta = "metadata";
        secret_type: Text = "type" as "v1.SecretType", omitempty;
        immutable: Pointer<bool> = "immutable", omitempty;
        data: Map<Pointer<Text>> = "data", omitempty;
    }
}

go_struct! {
    SealedSecretSpec "SealedSecretSpec" "v1alpha1.SealedSecretSpec" {
        template: SecretTemplate = "template";
        data: Bytes = "data", omitempty;
        encrypted_data: Lenient = "encryptedData";
    }
}

go_struct! {
    Condition "SealedSecretCondition" "v1alpha1.SealedSecretCondition" {
        condition_type: Text = "type" as "v1alpha1.SealedSecretConditionType";
        status: Text = "status" as "v1.ConditionStatus";
        last_update_time: Time = "lastUpdateTime";
        last_transition_time: Time = "lastTransitionTime";
        reason: Text = "reason", omitempty;
        message: Text = "message", omitempty;
    }
}

impl Element for Condition {
    const SLICE: Names = "[]v1alpha1.SealedSecretCondition";
}

go_struct! {
    Status "SealedSecretStatus" "v1alpha1.SealedSecretStatus" {
        observed_generation: i64 = "observedGeneration", omitempty;
        conditions: Slice<Condition> = "conditions", omitempty;
    }
}

go_struct! {
    /// A SealedSecret.
    SealedSecret "SealedSecret" "v1alpha1.SealedSecret" {
        kind: Text = "kind" via "TypeMeta", omitempty;
        api_version: Text = "apiVersion" via "TypeMeta", omitempty;
        metadata: ObjectMeta = "metadata";
        spec: SealedSecretSpec = "spec";
        status: Pointer<Status> = "status", omitempty;
    }
}

go_struct! {
    ListMeta "ListMeta" "v1.ListMeta" {
        self_link: Text = "selfLink", omitempty;
        resource_version: Text = "resourceVersion", omitempty;
        continue_token: Text = "continue", omitempty;
        remaining_item_count: Pointer<i64> = "remainingItemCount", omitempty;
    }
}

go_struct! {
    /// A List of objects of any kind.
    List "List" "v1.List" {
        kind: Text = "kind" via "TypeMeta", omitempty;
        api_version: Text = "apiVersion" via "TypeMeta", omitempty;
        metadata: ListMeta = "metadata";
        items: Slice<Raw> = "items";
    }
}

/// What a SealedSecret is called.
pub(crate) const SEALED_SECRET: Kind = Kind {
    group: "bitnami.com",
    version: "v1alpha1",
    kind: "SealedSecret",
    known: KNOWN,
};

/// What a List is called.
pub(super) const LIST: Kind = Kind {
    group: "",
    version: "v1",
    kind: "List",
    known: KNOWN,
};

/// The kinds that come up in the same files.
const KNOWN: &[(&str, &[&str])] = &[
    (
        "v1",
        &[
            "ConfigMap",
            "Endpoints",
            "Event",
            "LimitRange",
            "List",
            "Namespace",
            "Node",
            "PersistentVolume",
            "PersistentVolumeClaim",
            "Pod",
            "PodTemplate",
            "ReplicationController",
            "ResourceQuota",
            "Secret",
            "SecretList",
            "Service",
            "ServiceAccount",
            "Status",
        ],
    ),
    (
        "apps/v1",
        &[
            "ControllerRevision",
            "DaemonSet",
            "Deployment",
            "ReplicaSet",
            "StatefulSet",
        ],
    ),
    ("batch/v1", &["CronJob", "Job"]),
    (
        "networking.k8s.io/v1",
        &["Ingress", "IngressClass", "NetworkPolicy"],
    ),
    (
        "rbac.authorization.k8s.io/v1",
        &["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"],
    ),
    (
        "bitnami.com/v1alpha1",
        &["SealedSecret", "SealedSecretList"],
    ),
];

impl ObjectMeta {
    /// The scope that the annotations say.
    pub(super) fn scope(&self) -> Scope {
        Scope::from_annotations(|key| self.annotations.get(key).map(|value| &**value))
    }

    /// Makes the annotations say `scope` and no other.
    pub(super) fn set_scope(&mut self, scope: Scope) {
        let annotations = self.annotations.entries();
        annotations.remove(NAMESPACE_WIDE_ANNOTATION);
        annotations.remove(CLUSTER_WIDE_ANNOTATION);
        if let Some(key) = scope.annotation() {
            annotations.insert(key.to_owned(), Text::new("true"));
        }
    }
}

/// The entries of `map` copied into `into`.
pub(super) fn copy_texts(into: &mut Map<Text>, map: &Map<Text>) {
    if map.len() > 0 {
        let copies: BTreeMap<_, _> = map.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
        into.entries().extend(copies);
    }
}
